use jiff::civil;
use proptest::prelude::*;

use super::{not_canonical, spelled};
use crate::value::{Date, InvalidKind, Moment, Period, SolarDate, SolarMonth};

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

#[test]
fn a_date_has_one_spelling() {
    spelled(&Date::new(2019, 3, 21).unwrap(), "2019-03-21");
    spelled(&Date::MIN, "1900-01-01");
    spelled(&Date::MAX, "2199-12-31");
    assert_eq!(Date::from_days(0), Date::new(1970, 1, 1));
    for text in [
        "",
        "2019-3-21",
        "2019-03-21 ",
        "2019/03/21",
        "2019-02-29",
        "1899-12-31",
        "2200-01-01",
        "1398-01-01",
        "۲۰۱۹-۰۳-۲۱",
        "2019-00-10",
        "2019-01-00",
        "2019-01-32",
        "+019-01-01",
        "2019-03-21T00:00:00Z",
    ] {
        not_canonical::<Date>(text);
    }
    assert_eq!(Date::parse(" \u{200F}۲۰۱۹-۰۳-۲۱\u{200E}\n"), Ok(date("2019-03-21")));
    assert_eq!(Date::parse("\u{FEFF} ").unwrap_err().kind, InvalidKind::Missing);
    assert_eq!(Date::parse("2019-02-29").unwrap_err().kind, InvalidKind::Range);
    assert_eq!(Date::parse("21.03.2019").unwrap_err().kind, InvalidKind::Format);
    assert_eq!(Date::parse(&"9".repeat(100_000)).unwrap_err().kind, InvalidKind::Format);
}

#[test]
fn months_and_years_end_where_the_calendar_does() {
    assert_eq!(date("2020-02-29").plus_years(1), date("2021-02-28"));
    assert_eq!(date("2020-02-29").plus_years(-4), date("2016-02-29"));
    assert_eq!(date("2019-01-31").plus_months(1), date("2019-02-28"));
    assert_eq!(date("2019-03-31").plus_months(-13), date("2018-02-28"));
    assert_eq!(date("2019-12-31").plus_months(2), date("2020-02-29"));
    assert_eq!(date("2000-06-01").plus_years(i32::MAX), Date::MAX);
    assert_eq!(date("2000-06-01").plus_months(i32::MIN), Date::MIN);
    assert_eq!(date("2000-06-01").plus_days(i32::MAX), Date::MAX);
    assert_eq!(Date::MIN.plus_days(-1), Date::MIN);
    assert_eq!(Date::MAX.plus_months(1), Date::MAX);
}

#[test]
fn every_date_is_what_another_library_says() {
    let mut other = civil::date(1900, 1, 1);
    for days in Date::MIN.days()..=Date::MAX.days() {
        let ours = Date::from_days(days).unwrap();
        let (year, month, day) = ours.ymd();
        assert_eq!((year, month, day), (other.year().into(), other.month() as u32, other.day() as u32));
        assert_eq!(Date::new(year, month, day), Some(ours));
        other = other.tomorrow().unwrap();
    }
    assert_eq!(other, civil::date(2200, 1, 1));
}

#[test]
fn every_solar_date_is_what_the_calendar_library_says() {
    let epoch = icu_calendar::Date::try_new_gregorian(1970, 1, 1).unwrap().to_rata_die();
    for days in Date::MIN.days()..=Date::MAX.days() {
        let date = Date::from_days(days).unwrap();
        let solar = SolarDate::from(date);
        let other =
            icu_calendar::Date::from_rata_die(epoch + i64::from(days), icu_calendar::cal::Persian::new());
        assert_eq!(i32::from(solar.year()), other.year().extended_year());
        assert_eq!((solar.month(), solar.day()), (other.month().ordinal, other.day_of_month().0));
        assert_eq!(solar.date(), date);
        assert_eq!(SolarDate::new(solar.year(), solar.month(), solar.day()), Some(solar));
    }
}

#[test]
fn leap_years_have_thirty_days_in_esfand() {
    for year in 1390..=1410 {
        let leap = SolarDate::new(year, 12, 30).is_some();
        assert_eq!(leap, [1391, 1395, 1399, 1403, 1408].contains(&year), "{year}");
        assert!(SolarDate::new(year, 12, 31).is_none());
    }
    assert!(SolarDate::new(1398, 6, 31).is_some());
    assert!(SolarDate::new(1398, 7, 31).is_none());
    assert!(SolarDate::new(1398, 0, 1).is_none());
    assert!(SolarDate::new(1398, 13, 1).is_none());
    assert!(SolarDate::new(1398, 1, 0).is_none());
    assert!(SolarDate::new(2019, 1, 1).is_none());
    assert!(SolarDate::new(-1, 1, 1).is_none());
}

#[test]
fn the_ends_of_the_range_have_solar_names() {
    spelled(&SolarDate::from(Date::MIN), "1278-10-11");
    spelled(&SolarDate::from(Date::MAX), "1578-10-10");
    assert_eq!(SolarDate::new(1278, 10, 10), None);
    assert_eq!(SolarDate::new(1578, 10, 11), None);
    assert_eq!(SolarMonth::of(Date::MIN).start(), Date::MIN);
    let last = SolarMonth::of(Date::MAX);
    assert_eq!(last.next(), last);
    assert_eq!(SolarMonth::from_ordinal(last.ordinal() + 1), None);
    assert_eq!(SolarMonth::from_ordinal(i32::MAX), None);
    assert_eq!(SolarMonth::from_ordinal(i32::MIN), None);
}

#[test]
fn the_year_1398_has_its_quarters() {
    for (month, start) in [(1, "2019-03-21"), (4, "2019-06-22"), (7, "2019-09-23"), (10, "2019-12-22")] {
        let quarter = Period::solar_months(1398, month, month + 2).unwrap();
        assert_eq!(quarter.from(), date(start));
        assert_eq!(SolarMonth::of(quarter.from()).quarter(), month / 3 + 1);
    }
    let year = Period::solar_year(1398).unwrap();
    assert_eq!(
        (year.from(), year.last_day(), year.until()),
        (date("2019-03-21"), date("2020-03-19"), date("2020-03-20"))
    );
}

#[test]
fn the_nine_months_of_the_report() {
    let period = Period::solar_months(1398, 1, 9).unwrap();
    assert_eq!((period.from(), period.until()), (date("2019-03-21"), date("2019-12-22")));
    assert_eq!(period.until().days() - period.from().days(), 276);
    assert_eq!(SolarDate::from(period.last_day()), SolarDate::new(1398, 9, 30).unwrap());
    assert!(period.contains(date("2019-03-21")) && period.contains(date("2019-12-21")));
    assert!(!period.contains(date("2019-03-20")) && !period.contains(date("2019-12-22")));
    let months: Vec<_> = period.months().map(|month| month.to_string()).collect();
    assert_eq!(months, (1..=9).map(|month| format!("1398-{month:02}")).collect::<Vec<_>>());
    assert_eq!(Moment::start_of_tehran_day(period.from()), moment("2019-03-20T20:30:00.000Z"));
    assert_eq!(Moment::start_of_tehran_day(period.until()), moment("2019-12-21T20:30:00.000Z"));
}

#[test]
fn a_period_is_never_empty() {
    assert!(Period::new(date("2019-01-01"), date("2019-01-01")).is_err());
    assert!(Period::new(date("2019-01-02"), date("2019-01-01")).is_err());
    let day = Period::new(date("2019-01-01"), date("2019-01-02")).unwrap();
    assert_eq!(day.last_day(), day.from());
    assert_eq!(day.months().count(), 1);
    let written = r#"{"from":"2019-01-01","until":"2019-01-02"}"#;
    assert_eq!(serde_json::to_string(&day).unwrap(), written);
    assert_eq!(serde_json::from_str::<Period>(written).unwrap(), day);
    for text in [
        r#"{"from":"2019-01-02","until":"2019-01-02"}"#,
        r#"{"from":"2019-01-01"}"#,
        r#"{"from":"2019-01-01","until":"2019-01-02","to":1}"#,
        r#"{"from":"2019-01-01","from":"2019-01-01","until":"2019-01-02"}"#,
    ] {
        assert!(serde_json::from_str::<Period>(text).is_err(), "{text}");
    }
    for (year, from, to) in
        [(1398, 0, 3), (1398, 1, 13), (1398, 5, 4), (1278, 1, 12), (1578, 1, 12), (i16::MAX, 1, 12)]
    {
        assert!(Period::solar_months(year, from, to).is_err(), "{year} {from} {to}");
    }
    assert!(Period::solar_year(1279).is_ok() && Period::solar_year(1577).is_ok());
}

#[test]
fn a_solar_date_is_read_as_people_write_it() {
    let day = SolarDate::new(1398, 9, 30).unwrap();
    for text in ["1398/09/30", "۱۳۹۸/۰۹/۳۰", " ١٣٩٨-٩-٣٠ ", "1398.9.30"] {
        assert_eq!(SolarDate::parse(text), Ok(day), "{text}");
    }
    for text in [
        "1398/9-30",
        "1398/9",
        "1398/9/30/1",
        "1398//30",
        "98/9/30",
        "1398/13/1",
        "1398/12/30",
        "30/9/1398",
        "1398/+9/30",
        "1398/009/30",
        "99999999999/1/1",
        "1398 9 30",
        "/",
        "",
    ] {
        assert!(SolarDate::parse(text).is_err(), "{text}");
    }
    not_canonical::<SolarDate>("1398-9-30");
    not_canonical::<SolarDate>("1398-12-30");
    spelled(&SolarMonth::new(1398, 7).unwrap(), "1398-07");
    not_canonical::<SolarMonth>("1398-7");
    not_canonical::<SolarMonth>("1398-13");
}

#[test]
fn a_moment_has_one_spelling() {
    spelled(&Moment::from_millis(1_553_157_000_000), "2019-03-21T08:30:00.000Z");
    spelled(&Moment::MIN, "1900-01-01T00:00:00.000Z");
    spelled(&Moment::MAX, "2199-12-31T23:59:59.999Z");
    spelled(&Moment::from_millis(-1), "1969-12-31T23:59:59.999Z");
    assert_eq!(Moment::from_millis(i64::MIN), Moment::MIN);
    assert_eq!(Moment::from_millis(i64::MAX), Moment::MAX);
    for text in [
        "2019-03-21T08:30:00Z",
        "2019-03-21T08:30:00.000+00:00",
        "2019-03-21 08:30:00.000Z",
        "2019-03-21T24:00:00.000Z",
        "2019-03-21T08:60:00.000Z",
        "2019-03-21T08:30:60.000Z",
        "2019-02-29T08:30:00.000Z",
        "2019-03-2108:30:00.0000Z",
    ] {
        not_canonical::<Moment>(text);
    }
    for text in ["2019-03-21T12:00:00+03:30", "۲۰۱۹-۰۳-۲۱T08:30:00Z", "2019-03-21T08:30:00.000000Z"] {
        assert_eq!(Moment::parse(text), Ok(moment("2019-03-21T08:30:00.000Z")), "{text}");
    }
    for text in [
        "2019-03-21T08:30:00",
        "2019-03-21T08:30:00.0001Z",
        "1899-12-31T23:59:59Z",
        "2200-01-01T00:00:00Z",
        "now",
    ] {
        assert!(Moment::parse(text).is_err(), "{text}");
    }
}

#[test]
fn tehran_keeps_summer_time_until_2022() {
    for (text, day) in [
        ("2019-03-20T20:29:59.999Z", "2019-03-20"),
        ("2019-03-20T20:30:00.000Z", "2019-03-21"),
        ("2019-07-01T19:29:59.999Z", "2019-07-01"),
        ("2019-07-01T19:30:00.000Z", "2019-07-02"),
        ("2019-12-21T20:29:59.999Z", "2019-12-21"),
        ("2019-12-21T20:30:00.000Z", "2019-12-22"),
        ("2022-07-01T19:30:00.000Z", "2022-07-02"),
        ("2023-07-01T20:29:59.999Z", "2023-07-01"),
        ("2060-07-01T20:30:00.000Z", "2060-07-02"),
    ] {
        assert_eq!(moment(text).tehran_date(), date(day), "{text}");
    }
    // The clock went from 24:00 on 21 March to 01:00, and from 24:00 on 21 September back to 23:00.
    assert_eq!(Moment::start_of_tehran_day(date("2019-03-22")), moment("2019-03-21T20:30:00.000Z"));
    assert_eq!(Moment::start_of_tehran_day(date("2019-03-23")), moment("2019-03-22T19:30:00.000Z"));
    assert_eq!(Moment::start_of_tehran_day(date("2019-09-21")), moment("2019-09-20T19:30:00.000Z"));
    assert_eq!(Moment::start_of_tehran_day(date("2019-09-22")), moment("2019-09-21T20:30:00.000Z"));
}

#[test]
fn every_day_in_tehran_begins_once() {
    for days in Date::MIN.days() + 1..=Date::MAX.days() {
        let day = Date::from_days(days).unwrap();
        let start = Moment::start_of_tehran_day(day);
        assert_eq!(start.tehran_date(), day);
        assert_eq!(Moment::from_millis(start.millis() - 1).tehran_date(), day.plus_days(-1), "{day}");
    }
    assert_eq!(Moment::MIN.tehran_date(), Date::MIN);
    assert_eq!(Moment::MAX.tehran_date(), Date::MAX);
}

proptest! {
    #[test]
    fn dates_and_moments_round_trip(days in Date::MIN.days()..=Date::MAX.days(), millis in Moment::MIN.millis()..=Moment::MAX.millis()) {
        let date = Date::from_days(days).unwrap();
        spelled(&date, &date.to_string());
        let solar = SolarDate::from(date);
        spelled(&solar, &solar.to_string());
        let month = SolarMonth::of(date);
        spelled(&month, &month.to_string());
        prop_assert_eq!(SolarMonth::from_ordinal(month.ordinal()), Some(month));
        prop_assert!(month.start() <= date && (date < month.next().start() || month.next() == month));
        let moment = Moment::from_millis(millis);
        spelled(&moment, &moment.to_string());
        prop_assert_eq!(Moment::parse(&moment.to_string()), Ok(moment));
    }

    #[test]
    fn no_text_breaks_the_readers(text in "\\PC*", digits in "[0-9۰-۹/:TZ.-]{0,30}") {
        for text in [text, digits] {
            if let Ok(date) = Date::parse(&text) { spelled(&date, &date.to_string()); }
            if let Ok(date) = SolarDate::parse(&text) { spelled(&date, &date.to_string()); }
            if let Ok(moment) = Moment::parse(&text) { spelled(&moment, &moment.to_string()); }
        }
    }
}
