//! What is exported, at what price, and where it crosses the border.
//!
//! Codes are subheadings of HS2017 with the national pair 00; offices are those at which goods leave for a country.

use daftar_domain::value::{CommodityGroup, CustomsOffice};

use crate::demo::random::Random;
use crate::demo::totals::{DESTINATIONS, OTHER_DESTINATIONS};

/// The codes of a group.
pub(super) fn tariff(group: CommodityGroup) -> &'static [u32] {
    match group {
        CommodityGroup::Food => &[
            3_061_700, 4_061_000, 4_039_000, 8_041_000, 8_025_100, 8_062_000, 8_081_000, 9_102_000,
            11_010_000, 15_179_000, 17_049_000, 18_069_000, 19_053_100, 20_029_000, 20_098_900, 22_021_000,
        ],
        CommodityGroup::PolymerPlastic => &[
            39_011_000, 39_012_000, 39_021_000, 39_041_000, 39_172_100, 39_201_000, 39_202_000, 39_232_100,
            39_233_000, 39_241_000, 39_269_000,
        ],
        CommodityGroup::Chemical => &[
            28_151_100, 28_365_000, 29_051_100, 30_049_000, 31_021_000, 32_089_000, 32_141_000, 34_011_100,
            34_022_000, 35_069_100, 38_089_100,
        ],
        CommodityGroup::HomeAppliance => &[
            73_211_100, 84_151_000, 84_181_000, 84_182_100, 84_221_100, 84_501_100, 85_081_100, 85_094_000,
            85_161_000, 85_166_000,
        ],
        CommodityGroup::Rug => &[57_011_000, 57_021_000, 57_024_200, 57_032_000, 57_050_000],
        CommodityGroup::Leather => {
            &[41_041_100, 41_051_000, 41_071_100, 41_071_200, 42_023_100, 42_031_000, 42_032_900, 42_050_000]
        }
        CommodityGroup::Handbag => &[42_022_100, 42_022_200, 42_022_900],
        CommodityGroup::Other => &[72_142_000],
    }
}

/// The price of a kilogram, in cents.
pub(super) fn price_cents(random: &mut Random, group: CommodityGroup) -> u64 {
    let (low, high) = match group {
        CommodityGroup::Food => (70, 480),
        CommodityGroup::PolymerPlastic => (85, 290),
        CommodityGroup::Chemical => (28, 380),
        CommodityGroup::HomeAppliance => (310, 1_150),
        CommodityGroup::Rug => (550, 5_800),
        CommodityGroup::Leather => (480, 2_900),
        CommodityGroup::Handbag => (950, 4_800),
        CommodityGroup::Other => (50, 500),
    };
    random.between(low, high) as u64
}

/// The customs offices, by their names.
const OFFICES: [&str; 22] = [
    "مهران",
    "شلمچه",
    "پرویزخان",
    "باشماق",
    "دوغارون",
    "میلک",
    "ماهیرود",
    "میرجاوه",
    "سرخس",
    "لطف‌آباد",
    "اینچه‌برون",
    "بازرگان",
    "رازی",
    "آستارا",
    "جلفا",
    "نوردوز",
    "امیرآباد",
    "بندر انزلی",
    "شهید رجایی",
    "بوشهر",
    "بندر لنگه",
    "فرودگاه امام خمینی",
];

/// The customs offices, in the order of their places.
pub(super) fn office_names() -> Vec<CustomsOffice> {
    OFFICES.iter().map(|name| CustomsOffice::parse(name).expect("a name of a place is a valid one")).collect()
}

/// The offices, by their places, at which goods leave for a destination, by its place.
pub(super) fn offices(destination: u8) -> &'static [u8] {
    let place = destination as usize;
    let code = match DESTINATIONS.get(place) {
        Some((code, _)) => code,
        None => OTHER_DESTINATIONS.0[place - DESTINATIONS.len()],
    };
    match code {
        "IQ" | "SY" | "LB" => &[0, 0, 1, 2, 3],
        "AF" => &[4, 4, 5, 6],
        "PK" => &[7],
        "TM" | "UZ" | "TJ" | "KG" => &[8, 9, 10],
        "TR" => &[11, 12],
        "AZ" => &[13, 14],
        "AM" | "GE" => &[15, 14],
        "RU" | "KZ" => &[16, 17, 10],
        "AE" | "OM" | "QA" => &[18, 19, 20],
        "IN" | "CN" | "VN" => &[18],
        _ => &[21, 11],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use daftar_domain::testing::Given;
    use daftar_domain::value::HsCode;

    use crate::demo::calendar::day;
    use crate::demo::trade::destinations;

    #[test]
    fn every_code_is_of_its_group() {
        let reference = Given::nothing().state.reference;
        for group in CommodityGroup::ALL {
            for code in tariff(group) {
                let code: HsCode = format!("{code:08}").parse().unwrap();
                assert_eq!(reference.commodity_group(code, day(1398, 9, 30)), group, "{code}");
            }
        }
    }

    #[test]
    fn every_destination_has_an_office_that_there_is() {
        let names = office_names();
        for destination in 0..destinations().len() as u8 {
            assert!(offices(destination).iter().all(|office| (*office as usize) < names.len()));
        }
    }
}
