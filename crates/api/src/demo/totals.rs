//! What the reference set adds up to on 30 Azar 1398 and over the nine months before: the numbers of the published
//! report, divided by province, sector, size and trade.
//!
//! Guarantees that the tables agree with each other (tested). Must never be computed from the set.

use daftar_domain::sme::{IdleReason, KnowledgeGrade, PlotStage};
use daftar_domain::value::{CommodityGroup, Period, ProvinceCode};

/// Units that are active or idle.
pub(super) const UNITS: usize = 43_650;
/// Units that are active or semi-active.
pub(super) const ACTIVE: usize = 33_800;
/// Parks and zones.
pub(super) const PARKS: usize = 805;
/// Units that export.
pub(super) const EXPORTERS: usize = 1_100;
/// Consortiums that operate.
pub(super) const CONSORTIUMS: usize = 72;
/// Members of consortiums.
pub(super) const MEMBERS: usize = CONSORTIUMS * 7;
/// Companies whose consent is in force.
pub(super) const EMCS: usize = 65;
/// Mandates in force.
pub(super) const CLIENTS: usize = EMCS * 6;
/// Figures that offices published.
pub(super) const STATEMENTS: usize = 17;
/// Exports of the nine months, in cents.
pub(super) const CENTS: u64 = 161_234_567_890;
/// Exports of the nine months that went through consortiums and through companies, in cents.
pub(super) const CONSORTIUM_CENTS: u64 = 26_400_000_000;
/// See [`CONSORTIUM_CENTS`].
pub(super) const EMC_CENTS: u64 = 17_700_000_000;

/// Courses that were held in the nine months.
pub(super) const COURSES: usize = 420;
/// Workshops that were held in the nine months.
pub(super) const WORKSHOPS: usize = 64;
/// Those of the workshops that were for consortiums and companies.
pub(super) const GROUP_WORKSHOPS: usize = 40;
/// Participants of all of them.
pub(super) const TRAINING_PARTICIPANTS: usize = 12_600;
/// Those of the participants that are consortiums and companies.
pub(super) const GROUP_PARTICIPANTS: usize = 1_040;
/// Seats of all of them.
pub(super) const TRAINING_SEATS: usize = 14_200;
/// Certificates of all of them.
pub(super) const TRAINING_CERTIFICATES: usize = 10_710;

/// Research and study projects that were proposed in the nine months.
pub(super) const RESEARCH_PROPOSED: usize = 120;
/// Those of them that were approved.
pub(super) const RESEARCH_APPROVED: usize = 96;
/// Those of them that were turned down.
pub(super) const RESEARCH_TURNED_DOWN: usize = 12;
/// Those that were closed with a result.
pub(super) const RESEARCH_CLOSED: usize = 41;
/// Those whose budget is in the second of the currencies.
pub(super) const RESEARCH_IN_EUROS: usize = 6;
/// Budgets and payments of the nine months in the smallest unit of each currency.
pub(super) const RESEARCH_BUDGETS: [(&str, u64, u64); 2] =
    [("IRR", 26_840_000_000_000, 17_125_000_000_000), ("EUR", 48_000_000, 31_250_000)];

/// What a province has.
pub(super) struct ProvinceTotals {
    /// Units, active or idle.
    pub(super) units: usize,
    /// Active units.
    pub(super) active: usize,
    /// Parks and zones.
    pub(super) parks: usize,
    /// Exporting units.
    pub(super) exporters: usize,
}

const fn province(units: usize, active: usize, parks: usize, exporters: usize) -> ProvinceTotals {
    ProvinceTotals { units, active, parks, exporters }
}

/// The provinces IR-00 to IR-30 of ISO 3166-2 as of 2020.
pub(super) const PROVINCES: [ProvinceTotals; 31] = [
    province(1_727, 1_317, 31, 43),
    province(1_227, 1_008, 33, 33),
    province(1_590, 1_219, 39, 40),
    province(2_454, 1_884, 46, 61),
    province(1_045, 885, 27, 29),
    province(636, 473, 21, 15),
    province(1_136, 961, 28, 31),
    province(3_086, 2_273, 58, 74),
    province(1_136, 854, 35, 28),
    province(2_635, 2_016, 50, 66),
    province(5_958, 4_351, 69, 142),
    province(545, 419, 25, 14),
    province(564, 416, 19, 14),
    province(863, 706, 23, 23),
    province(709, 571, 21, 19),
    province(773, 641, 21, 21),
    province(255, 218, 11, 7),
    province(312, 252, 13, 8),
    province(509, 393, 19, 13),
    province(727, 598, 17, 19),
    province(1_772, 1_304, 20, 42),
    province(1_454, 1_213, 27, 39),
    province(436, 314, 18, 10),
    province(5_478, 4_539, 23, 148),
    province(636, 466, 18, 15),
    province(1_454, 1_049, 13, 34),
    province(1_272, 919, 16, 30),
    province(727, 554, 21, 18),
    province(262, 219, 11, 7),
    province(454, 382, 20, 12),
    province(1_818, 1_386, 12, 45),
];

/// The code of a province by its place in [`PROVINCES`].
pub(super) fn province_code(place: usize) -> ProvinceCode {
    u8::try_from(place).ok().and_then(ProvinceCode::new).expect("31 provinces have numbers below 100")
}

/// The sectors in which industries are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Sector {
    Metal,
    Chemical,
    Food,
    Mineral,
    Cellulose,
    Services,
    Textile,
    Electrical,
}

/// Units by sector.
pub(super) const SECTORS: [(Sector, usize); 8] = [
    (Sector::Metal, 11_591),
    (Sector::Chemical, 9_706),
    (Sector::Food, 7_373),
    (Sector::Mineral, 5_071),
    (Sector::Cellulose, 3_187),
    (Sector::Services, 2_904),
    (Sector::Textile, 2_336),
    (Sector::Electrical, 1_482),
];

impl Sector {
    /// The sector of a division of ISIC Rev.4, for those that small industries are in.
    pub(super) fn of_division(division: u8) -> Option<Self> {
        Some(match division {
            10 | 11 => Self::Food,
            13..=15 => Self::Textile,
            16 | 17 | 31 => Self::Cellulose,
            20..=22 => Self::Chemical,
            23 => Self::Mineral,
            24 | 25 | 28 | 29 => Self::Metal,
            26 | 27 => Self::Electrical,
            33 | 38 | 52 | 71 => Self::Services,
            _ => return None,
        })
    }

    /// The sector whose units export a commodity group.
    pub(super) fn exporting(group: CommodityGroup) -> Self {
        match group {
            CommodityGroup::Food => Self::Food,
            CommodityGroup::HomeAppliance => Self::Electrical,
            CommodityGroup::PolymerPlastic | CommodityGroup::Chemical => Self::Chemical,
            CommodityGroup::Rug | CommodityGroup::Leather | CommodityGroup::Handbag => Self::Textile,
            CommodityGroup::Other => Self::Metal,
        }
    }
}

/// Units that were revived in the first half of 1398.
pub(super) const REVIVED_HALF: usize = 529;
/// Units that were revived in 1398, and the jobs that came back with them.
pub(super) const REVIVED_YEAR: (usize, usize) = (1_185, 21_618);

/// Units by the knowledge-based grade in force.
pub(super) const GRADES: [(KnowledgeGrade, usize); 4] = [
    (KnowledgeGrade::StartUp, 118),
    (KnowledgeGrade::Producer1, 46),
    (KnowledgeGrade::Producer2, 121),
    (KnowledgeGrade::Industrial, 35),
];

/// Parks that take listed industries only.
pub(super) const SPECIALISED: usize = 9;

/// Plots by contract, by how far they have come.
pub(super) const PLOTS: [(PlotStage, usize); 5] = [
    (PlotStage::Allocated, 40),
    (PlotStage::Built, 85),
    (PlotStage::Completed, 190),
    (PlotStage::Titled, 460),
    (PlotStage::Repossessed, 25),
];

/// Units with the least and the most persons employed: micro, small, medium.
pub(super) const SIZES: [(usize, u32, u32); 3] = [(17_897, 1, 9), (22_698, 10, 49), (3_055, 50, 99)];

/// Active units with the least and the most percent of their capacity in use.
pub(super) const BANDS: [(usize, u8, u8); 3] = [(10_773, 0, 49), (12_714, 50, 70), (10_313, 71, 150)];

/// Idle units by reason.
pub(super) const IDLE_REASONS: [(IdleReason, usize); 7] = [
    (IdleReason::Liquidity, 5_615),
    (IdleReason::Market, 1_084),
    (IdleReason::RawMaterial, 886),
    (IdleReason::Machinery, 788),
    (IdleReason::Dispute, 591),
    (IdleReason::BankDebt, 492),
    (IdleReason::Other, 394),
];

/// Cents by commodity group.
pub(super) const GROUPS: [(CommodityGroup, u64); 7] = [
    (CommodityGroup::Food, 58_044_444_440),
    (CommodityGroup::PolymerPlastic, 38_696_296_294),
    (CommodityGroup::Chemical, 29_022_222_220),
    (CommodityGroup::HomeAppliance, 14_511_111_110),
    (CommodityGroup::Rug, 11_286_419_752),
    (CommodityGroup::Leather, 6_449_382_716),
    (CommodityGroup::Handbag, 3_224_691_358),
];

/// Percent of the exports by month, Farvardin to Azar.
pub(super) const MONTHS: [u64; 9] = [7, 10, 12, 12, 12, 13, 12, 11, 11];

/// Percent of the exports by destination.
pub(super) const DESTINATIONS: [(&str, u64); 16] = [
    ("IQ", 31),
    ("AF", 21),
    ("AE", 8),
    ("PK", 5),
    ("TM", 5),
    ("TR", 5),
    ("AZ", 4),
    ("AM", 3),
    ("IN", 3),
    ("RU", 3),
    ("CN", 3),
    ("KZ", 2),
    ("OM", 2),
    ("QA", 1),
    ("SY", 1),
    ("DE", 1),
];

/// Percent of the exports to other destinations, and the destinations that share them.
pub(super) const OTHER_DESTINATIONS: (&[&str], u64) = (&["GE", "IT", "KG", "LB", "TJ", "UA", "UZ", "VN"], 2);

/// The nine months: 1 Farvardin to 30 Azar 1398.
pub(super) fn period() -> Period {
    Period::solar_months(1398, 1, 9).expect("nine months of a year in range")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_agree() {
        let sum = |count: fn(&ProvinceTotals) -> usize| PROVINCES.iter().map(count).sum::<usize>();
        assert_eq!(sum(|province| province.units), UNITS);
        assert_eq!(sum(|province| province.active), ACTIVE);
        assert_eq!(sum(|province| province.parks), PARKS);
        assert_eq!(sum(|province| province.exporters), EXPORTERS);
        assert_eq!(SECTORS.iter().map(|(_, units)| units).sum::<usize>(), UNITS);
        assert_eq!(SIZES.iter().map(|(units, ..)| units).sum::<usize>(), UNITS);
        assert_eq!(BANDS.iter().map(|(units, ..)| units).sum::<usize>(), ACTIVE);
        assert_eq!(IDLE_REASONS.iter().map(|(_, units)| units).sum::<usize>(), UNITS - ACTIVE);
        assert_eq!(GROUPS.iter().map(|(_, cents)| cents).sum::<u64>(), CENTS);
        assert_eq!(MONTHS.iter().sum::<u64>(), 100);
        assert_eq!(DESTINATIONS.iter().map(|(_, percent)| percent).sum::<u64>() + OTHER_DESTINATIONS.1, 100);
        assert_eq!(period().last_day().to_string(), "2019-12-21");
    }
}
