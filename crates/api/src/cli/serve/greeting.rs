//! What `daftar serve` prints when it is ready: where it listens, what it holds, what to try next.

use std::fmt::Write;

use async_graphql::{Request, Value, Variables};
use daftar_domain::value::SolarDate;

use crate::http::Serving;
use crate::view::View;

const OVERVIEW: &str = "query Report($period: PeriodInput!) { overview(period: $period) {
  smes { total active idle exporting } industrialParks exportConsortiums exportManagementCompanies exports { valueUsd }
} }";

/// The lines that are printed; `url` is where it listens.
pub async fn greeting(serving: &Serving, url: &str) -> String {
    let view = serving.view();
    let (year, from_month, to_month) = period(&view);
    let mut text = format!(
        "Daftar listens on {url}/graphql (also / with a page to try it, /healthz, /readyz, /schema.graphql).\n\nIt holds, at position \
         {}, for months {from_month} to {to_month} of {year}:\n",
        view.position
    );
    let period = serde_json::json!({ "period": { "solarHijri": { "year": year, "fromMonth": from_month, "toMonth": to_month } } });
    let request = Request::new(OVERVIEW).variables(Variables::from_json(period));
    let data = serving.ask(request).await;
    for (label, path) in [
        ("units", &["smes", "total"][..]),
        ("  active", &["smes", "active"]),
        ("  idle", &["smes", "idle"]),
        ("  exporting", &["smes", "exporting"]),
        ("industrial parks", &["industrialParks"]),
        ("export consortiums", &["exportConsortiums"]),
        ("export management companies", &["exportManagementCompanies"]),
        ("exports, USD", &["exports", "valueUsd"]),
    ] {
        let value = path
            .iter()
            .fold(field(&data, "overview"), |value, name| value.and_then(|value| field(value, name)));
        let value = match value {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => "?".to_owned(),
        };
        // Writing to a string can't fail.
        let _ = writeln!(text, "  {label:<28} {value:>16}");
    }
    text.push_str(match serving.asks() {
        true => "\nWhoever shows a token acts in its roles; whoever shows none reads what is public.\n",
        false => "\nNo identity provider is configured: whoever reaches it acts alone, as LOCAL, and only from this machine.\n",
    });
    let question = format!(
        "{{ overview(period: {{solarHijri: {{year: {year}, fromMonth: {from_month}, toMonth: {to_month}}}}}) {{ smes {{ total \
         active activeShare idle exporting }} exports {{ valueUsd byCommodityGroup {{ commodityGroup valueUsd share }} }} }} }}"
    );
    let body = serde_json::json!({ "query": question });
    let signed = serving.signed();
    let _ = match &signed {
        Some(signed) => {
            writeln!(text, "\nIts checkpoints are signed by the keys of {}.", signed.checkpoint.origin)
        }
        None => writeln!(
            text,
            "\nNothing is signed: make keys with `daftar keys new` and name them in checkpoint.keys."
        ),
    };
    let _ = write!(
        text,
        "\nTry:\n  curl -s {url}/graphql -H 'content-type: application/json' -d '{body}'\n\nStop it with Ctrl-C."
    );
    text
}

fn field<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Object(fields) => fields.get(name),
        _ => None,
    }
}

/// Solar Hijri year, first and last month: the nine months that the reference set is about, or the year so far on the
/// day of the last event.
fn period(view: &View) -> (i16, u8, u8) {
    let set = view.state.opening.opened().is_some_and(|opened| opened.demo.is_some());
    if set {
        return (1398, 1, 9);
    }
    let today = SolarDate::from(view.today());
    (today.year(), 1, today.month())
}
