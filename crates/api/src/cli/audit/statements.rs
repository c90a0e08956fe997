//! Official statements beside the record, computed from the state alone: no code of the read model runs.

use daftar_domain::State;
use daftar_domain::statement::{FigureUnit, Measure, StatementDetails, StatementFacts};
use daftar_domain::value::{Share, Usd, share};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::figures::figures;
use super::sheet::Sheet;

const COLUMNS: [&str; 11] = [
    "source",
    "published",
    "measure",
    "from",
    "to",
    "as of",
    "qualifier",
    "claimed",
    "recorded",
    "difference",
    "honoured",
];

/// The statements that stand, each beside what the state has as of its day or period.
pub fn reconciliation(state: &State) -> Sheet {
    let mut sheet = Sheet::new("statements", &COLUMNS);
    for statement in state.statements.iter().filter(|statement| !statement.voided) {
        sheet.row(row(state, statement.details()));
    }
    sheet
}

fn row(state: &State, details: &StatementDetails) -> [String; 11] {
    let StatementDetails { facts, on } = details;
    let StatementFacts { measure, period, qualifier, figure, .. } = *facts;
    let (claimed, recorded) = (figure.smallest(), recorded(state, details));
    let told = |told: Option<String>| told.unwrap_or_default();
    let spelled = |smallest: i128| spelled(figure.unit(), smallest);
    let name = |value: serde_json::Result<String>| value.unwrap_or_default().trim_matches('"').to_owned();
    [
        facts.source_latin.as_ref().unwrap_or(&facts.source).to_string(),
        facts.published_on.to_string(),
        name(serde_json::to_string(&measure)),
        told(period.map(|period| period.from().to_string())),
        told(period.map(|period| period.last_day().to_string())),
        on.to_string(),
        name(serde_json::to_string(&qualifier)),
        spelled(claimed),
        told(recorded.map(spelled)),
        told(recorded.map(|recorded| spelled(recorded - claimed))),
        told(recorded.map(|recorded| qualifier.is_honoured(claimed, recorded).to_string())),
    ]
}

/// What the state has, in the smallest amount of the measure's unit; none for a share of nothing.
fn recorded(state: &State, details: &StatementDetails) -> Option<i128> {
    let figures = figures(state, details.on, details.facts.period);
    let figure = |name: &str| figures.get(name).copied().unwrap_or_default();
    let count = |name: &str| figure(name).to_i128();
    match details.facts.measure {
        Measure::Units => count("units: total"),
        Measure::ActiveUnits => count("units: active"),
        Measure::IdleUnits => count("units: idle"),
        Measure::ActiveShare => {
            let share = share(count("units: active")?, count("units: total")?);
            share.map(|share| share.ten_thousandths().into())
        }
        Measure::IndustrialParks => count("parks"),
        Measure::ExportConsortiums => count("consortiums: operating"),
        Measure::ExportManagementCompanies => count("export management companies: consent in force"),
        Measure::ExportingUnits => count("units: exporting"),
        Measure::Exports => (figure("exports: USD") * Decimal::ONE_HUNDRED).to_i128(),
        // How a case ended is no part of the state: rules do not ask.
        Measure::RevivedUnits => None,
    }
}

/// A figure as people read it.
fn spelled(unit: FigureUnit, smallest: i128) -> String {
    let within = i64::try_from(smallest).unwrap_or(i64::MAX);
    match unit {
        FigureUnit::Count => smallest.to_string(),
        FigureUnit::Share => Share::of_ten_thousandths(within).to_string(),
        FigureUnit::Usd => Usd::from_cents(within).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use daftar_domain::statement::Figure;

    use super::*;

    #[test]
    fn figures_are_spelled_in_their_unit() {
        assert_eq!(spelled(FigureUnit::Count, -7), "-7");
        assert_eq!(spelled(Figure::Share(Share::of_ten_thousandths(1)).unit(), -57), "-0.0057");
        assert_eq!(spelled(FigureUnit::Usd, 1_234_567_890), "12345678.90");
    }
}
