//! The days on which things happen in the reference set, and the moments at which offices record them.
//!
//! Guarantees: a fact is recorded on its day or later, in office hours of Tehran and never on a Friday; what is
//! recorded of one entity is recorded in the order in which it is written down here.

use daftar_domain::value::{Date, Moment, SolarDate};

use super::random::Random;

/// A day of the Solar Hijri calendar.
pub(super) fn day(year: i16, month: u8, day: u8) -> Date {
    SolarDate::new(year, month, day).expect("a day that the calendar has").date()
}

/// Any day from one to another, both included; the first when they are the wrong way round.
pub(super) fn any_day(random: &mut Random, first: Date, last: Date) -> Date {
    let days = (last.days() - first.days()).max(0);
    first.plus_days(random.between(0, days))
}

/// The clerk's pen for one entity: it moves forward only.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pen {
    last: Moment,
}

impl Pen {
    /// A pen that writes after a moment.
    pub(super) fn after(moment: Moment) -> Self {
        Self { last: moment }
    }

    /// A pen for an entity that rests on nothing recorded before.
    pub(super) fn new() -> Self {
        Self { last: Moment::MIN }
    }

    /// When a fact of a day is recorded: up to `lag` days later, and after what was written before.
    pub(super) fn write(&mut self, random: &mut Random, on: Date, lag: i32) -> Moment {
        let noted = on.plus_days(random.between(0, lag));
        let wanted = office_hours(random, noted);
        let next = Moment::from_millis(self.last.millis() + i64::from(random.between(90_000, 900_000)));
        self.last = wanted.max(next);
        self.last
    }

    /// When the last fact was recorded.
    pub(super) fn last(self) -> Moment {
        self.last
    }
}

/// A moment between 07:30 and 15:00 of a day in Tehran, or of the Saturday after a Friday.
fn office_hours(random: &mut Random, day: Date) -> Moment {
    // 1970-01-01 was a Thursday.
    let day = if day.days().rem_euclid(7) == 1 { day.plus_days(1) } else { day };
    let since_midnight = random.between(27_000_000, 54_000_000);
    Moment::from_millis(Moment::start_of_tehran_day(day).millis() + i64::from(since_midnight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offices_record_on_the_day_or_later_and_never_on_a_friday() {
        let mut random = Random::new(1, "office hours");
        let mut pen = Pen::new();
        let friday = day(1398, 1, 2);
        let mut last = Moment::MIN;
        for days in 0..400 {
            let on = friday.plus_days(days);
            let at = pen.write(&mut random, on, 0);
            assert!(at > last && at.tehran_date() >= on);
            assert_ne!((at.tehran_date().days() - friday.days()) % 7, 0);
            last = at;
        }
        // What comes after is recorded after, even if it happened before.
        assert!(pen.write(&mut random, friday, 3) > last);
    }
}
