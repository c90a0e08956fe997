//! What a server's GraphQL says of a row's subject, as a file would state it.

use super::super::Known;
use crate::cli::import::consortium::{Consortium, Member};
use crate::cli::import::emc::{Emc, Mandate};
use crate::cli::import::entry::Entry;
use crate::cli::import::export::Export;
use crate::cli::import::park::Park;
use crate::cli::import::research::Research;
use crate::cli::import::sme::{Grade, Licence, Sme, Status};
use crate::cli::import::training::{Enrolment, Training};
use daftar_domain::consortium::Phase;
use daftar_domain::research::{ExecutorKey, TakenOverResult};
use daftar_domain::sme::{Capacity, OperatingStatus};
use daftar_domain::value::{ConsortiumKey, EmcKey, Money, OrganisationKey, ParkKey, SmeKey};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::str::FromStr;

const PARK: &str = "version code name nameLatin kind province { code } area plots allotted establishedOn";
const SME: &str = "version businessId legalId name nameLatin province { code } park { code } plot isic headcount \
    licences(kind: OPERATING) { number issuedOn expiresOn capacity { amount unit } } \
    statusHistory { status since idleReason utilisation } knowledgeGrades { grade until on }";
const EXPORT: &str = "version sme { businessId } emc { code } consortium { code } office declaration item hs on \
    destination { code } netWeight valueUsd";
const CONSORTIUM: &str = "version basis code name nameLatin kind productGroup formedOn phaseHistory { phase } \
    members(first: 100) { nodes { sme { businessId } joinedOn leftOn certificate } pageInfo { hasNextPage endCursor } }";
const EMC: &str = "version code name nameLatin legalId tradeCard tradeCardExpiresOn consentedOn \
    rankHistory { rank since } \
    clients(first: 100) { nodes { sme { businessId } from until } pageInfo { hasNextPage endCursor } }";
const TRAINING: &str = "version code title titleLatin kind subject audiences province { code } hours seats startsOn \
    endsOn enrolments(first: 100) { nodes { withdrawnOn participant { __typename ... on Sme { businessId } \
    ... on Consortium { code } ... on Emc { code } } hoursAttended certificate { number } } \
    pageInfo { hasNextPage endCursor } }";
const RESEARCH: &str = "version code title titleLatin topic executor { sme { businessId } park { code } office } \
    province { code } approvedOn budget { amount currency } payments { amount { amount currency } } \
    results { kind title reference } phase endedOn";
const MORE_ENROLMENTS: &str = "query More($by: TrainingRef!, $after: String!) { group: training(by: $by) { \
    enrolments(first: 100, after: $after) { nodes { withdrawnOn participant { __typename ... on Sme { businessId } \
    ... on Consortium { code } ... on Emc { code } } hoursAttended certificate { number } } \
    pageInfo { hasNextPage endCursor } } } }";
const MORE_MEMBERS: &str = "query More($by: ConsortiumRef!, $after: String!) { group: consortium(by: $by) { \
    members(first: 100, after: $after) { nodes { sme { businessId } joinedOn leftOn certificate } \
    pageInfo { hasNextPage endCursor } } } }";
const MORE_CLIENTS: &str = "query More($by: EmcRef!, $after: String!) { group: emc(by: $by) { \
    clients(first: 100, after: $after) { nodes { sme { businessId } from until } \
    pageInfo { hasNextPage endCursor } } } }";

/// One query with an alias for each row, `a0` and on.
pub fn look_up(entries: &[&Entry]) -> (String, Value) {
    let (mut parameters, mut fields, mut variables) = (String::new(), String::new(), json!({}));
    for (index, entry) in entries.iter().enumerate() {
        let (field, kind, selection, by) = match entry {
            Entry::Park(row) => ("park", "ParkRef!", PARK, json!({"code": row.code.as_str()})),
            Entry::Sme(row) => ("sme", "SmeRef!", SME, json!({"businessId": row.business_id.to_string()})),
            Entry::Export(row) => ("export", "ExportRef!", EXPORT, json!({"declaration": row.key()})),
            Entry::Consortium(row) => {
                ("consortium", "ConsortiumRef!", CONSORTIUM, json!({"code": row.code.as_str()}))
            }
            Entry::Statement(_) => continue,
            Entry::Emc(row) => ("emc", "EmcRef!", EMC, json!({"code": row.code.as_str()})),
            Entry::Training(row) => {
                ("training", "TrainingRef!", TRAINING, json!({"code": row.code.as_str()}))
            }
            Entry::Research(row) => {
                ("research", "ResearchRef!", RESEARCH, json!({"code": row.code.as_str()}))
            }
        };
        parameters.push_str(&format!("$v{index}: {kind} "));
        fields.push_str(&format!("a{index}: {field}(by: $v{index}) {{ {selection} }} "));
        variables[format!("v{index}")] = by;
    }
    (format!("query LookUp({parameters}) {{ {fields}}}"), variables)
}

/// The list of a group that has pages.
pub fn list_of(entry: &Entry) -> Option<&'static str> {
    match entry {
        Entry::Consortium(_) => Some("members"),
        Entry::Emc(_) => Some("clients"),
        Entry::Training(_) => Some("enrolments"),
        _ => None,
    }
}

/// The query of a further page of that list.
pub fn next_page(entry: &Entry, cursor: &Value) -> (&'static str, Value) {
    match entry {
        Entry::Consortium(row) => (MORE_MEMBERS, json!({"by": {"code": row.code.as_str()}, "after": cursor})),
        Entry::Emc(row) => (MORE_CLIENTS, json!({"by": {"code": row.code.as_str()}, "after": cursor})),
        Entry::Training(row) => {
            (MORE_ENROLMENTS, json!({"by": {"code": row.code.as_str()}, "after": cursor}))
        }
        _ => unreachable!("only groups have pages"),
    }
}

/// Reads the answer about a row's subject; `None` when it has another form.
pub fn read(asked: &Entry, answer: &Value) -> Option<Known> {
    let version = u32::try_from(answer["version"].as_u64()?).ok()?;
    let (entry, unfinished) = match asked {
        Entry::Park(_) => (Entry::Park(park(answer)?), false),
        Entry::Sme(_) => (Entry::Sme(sme(answer)?), false),
        Entry::Export(_) => (Entry::Export(export(answer)?), false),
        Entry::Consortium(_) => {
            let unfinished = answer["basis"] == "TAKEN_OVER" && answer["phaseHistory"].as_array()?.len() <= 1;
            (Entry::Consortium(consortium(answer)?), unfinished)
        }
        Entry::Emc(_) => (Entry::Emc(emc(answer)?), false),
        Entry::Training(_) => (Entry::Training(training(answer)?), false),
        Entry::Research(_) => (Entry::Research(research(answer)?), false),
        Entry::Statement(_) => return None,
    };
    Some(Known { entry, version, unfinished })
}

/// A value in its canonical spelling.
fn value<T: FromStr>(answer: &Value) -> Option<T> {
    match answer {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

/// An amount, whose decimals may be spelt otherwise: `1.50` for `1.5`.
fn amount<T>(
    answer: &Value,
    parse: impl FnOnce(&str) -> Result<T, daftar_domain::value::InvalidValue>,
) -> Option<T> {
    parse(answer.as_str()?).ok()
}

/// A word of a vocabulary, or a number with a bound.
fn word<T: DeserializeOwned>(answer: &Value) -> Option<T> {
    serde_json::from_value(answer.clone()).ok()
}

/// A value that may be left out; `None` when it has another form.
fn may<T>(answer: &Value, read: impl FnOnce(&Value) -> Option<T>) -> Option<Option<T>> {
    if answer.is_null() { Some(None) } else { read(answer).map(Some) }
}

fn park(answer: &Value) -> Option<Park> {
    Some(Park {
        code: value(&answer["code"])?,
        name: value(&answer["name"])?,
        name_latin: may(&answer["nameLatin"], value)?,
        kind: word(&answer["kind"])?,
        province: value(&answer["province"]["code"])?,
        area: amount(&answer["area"], daftar_domain::value::Hectares::parse)?,
        plots: value(&answer["plots"])?,
        allotted: may(&answer["allotted"], value)?,
        established: may(&answer["establishedOn"], value)?,
    })
}

fn sme(answer: &Value) -> Option<Sme> {
    let licence = answer["licences"].as_array()?.last();
    let licence = match licence {
        Some(licence) => Some(Licence {
            number: value(&licence["number"])?,
            issued: value(&licence["issuedOn"])?,
            expires: value(&licence["expiresOn"])?,
            capacity: may(&licence["capacity"], |capacity| {
                let quantity = amount(&capacity["amount"], daftar_domain::value::Quantity::parse)?;
                Some(Capacity { amount: quantity, unit: value(&capacity["unit"])? })
            })?,
        }),
        None => None,
    };
    let states = answer["statusHistory"].as_array()?;
    // A unit in revival is idle, as files state it.
    let state = states.iter().rev().find(|state| state["status"] != "IN_REVIVAL");
    let (status, utilisation) = match state {
        Some(state) => {
            let is: OperatingStatus = word(&state["status"])?;
            let dated = matches!(is, OperatingStatus::Idle | OperatingStatus::Closed);
            let since = may(&state["since"], value)?.filter(|_| dated);
            (
                Status { is, since, reason: may(&state["idleReason"], word)? },
                may(&state["utilisation"], word)?,
            )
        }
        None => (Status { is: OperatingStatus::UnderConstruction, since: None, reason: None }, None),
    };
    Some(Sme {
        business_id: value(&answer["businessId"])?,
        legal_id: value(&answer["legalId"])?,
        name: value(&answer["name"])?,
        name_latin: may(&answer["nameLatin"], value)?,
        province: value(&answer["province"]["code"])?,
        park: may(&answer["park"]["code"], value)?,
        plot: may(&answer["plot"], value)?,
        isic: value(&answer["isic"])?,
        licence,
        headcount: may(&answer["headcount"], word)?,
        status,
        utilisation,
        grade: match answer["knowledgeGrades"].as_array()?.iter().rfind(|grade| !grade["grade"].is_null()) {
            Some(granted) => Some(Grade {
                grade: word(&granted["grade"])?,
                from: value(&granted["on"])?,
                until: value(&granted["until"])?,
            }),
            None => None,
        },
    })
}

fn export(answer: &Value) -> Option<Export> {
    Some(Export {
        sme: may(&answer["sme"]["businessId"], value)?,
        emc: may(&answer["emc"]["code"], value)?,
        declaration: value(&answer["declaration"])?,
        item: word(&answer["item"])?,
        office: value(&answer["office"])?,
        date: value(&answer["on"])?,
        hs: value(&answer["hs"])?,
        country: value(&answer["destination"]["code"])?,
        net_weight: amount(&answer["netWeight"], daftar_domain::value::Kilograms::parse)?,
        value: amount(&answer["valueUsd"], daftar_domain::value::Usd::parse)?,
        consortium: may(&answer["consortium"]["code"], value)?,
    })
}

fn consortium(answer: &Value) -> Option<Consortium> {
    let standing = answer["members"]["nodes"].as_array()?.iter().filter(|member| member["leftOn"].is_null());
    let member = |member: &Value| {
        Some(Member {
            sme: value(&member["sme"]["businessId"])?,
            joined: value(&member["joinedOn"])?,
            certificate: may(&member["certificate"], value)?,
        })
    };
    let phase = answer["phaseHistory"].as_array()?.last();
    Some(Consortium {
        code: value(&answer["code"])?,
        name: value(&answer["name"])?,
        name_latin: may(&answer["nameLatin"], value)?,
        kind: word(&answer["kind"])?,
        phase: phase.map_or(Some(Phase::Preparing), |phase| word(&phase["phase"]))?,
        group: word(&answer["productGroup"])?,
        formed: value(&answer["formedOn"])?,
        members: standing.map(member).collect::<Option<_>>()?,
    })
}

fn emc(answer: &Value) -> Option<Emc> {
    let mandate = |mandate: &Value| {
        Some(Mandate {
            sme: value(&mandate["sme"]["businessId"])?,
            from: value(&mandate["from"])?,
            until: may(&mandate["until"], value)?,
        })
    };
    let rank = match answer["rankHistory"].as_array()?.last() {
        Some(given) => Some((word(&given["rank"])?, value(&given["since"])?)),
        None => None,
    };
    Some(Emc {
        code: value(&answer["code"])?,
        name: value(&answer["name"])?,
        name_latin: may(&answer["nameLatin"], value)?,
        legal_id: value(&answer["legalId"])?,
        trade_card: value(&answer["tradeCard"])?,
        card_expires: may(&answer["tradeCardExpiresOn"], value)?,
        consented: value(&answer["consentedOn"])?,
        rank,
        mandates: answer["clients"]["nodes"].as_array()?.iter().map(mandate).collect::<Option<_>>()?,
    })
}

fn training(answer: &Value) -> Option<Training> {
    let enrolment = |one: &Value| {
        let participant = &one["participant"];
        let participant = match participant["__typename"].as_str()? {
            "Sme" => OrganisationKey::Sme(SmeKey::BusinessId(value(&participant["businessId"])?)),
            "Consortium" => OrganisationKey::Consortium(ConsortiumKey::Code(value(&participant["code"])?)),
            "Emc" => OrganisationKey::Emc(EmcKey::Code(value(&participant["code"])?)),
            _ => return None,
        };
        Some(Enrolment {
            participant,
            hours: may(&one["hoursAttended"], word)?,
            certificate: may(&one["certificate"]["number"], value)?,
        })
    };
    let nodes = answer["enrolments"]["nodes"].as_array()?;
    let standing = nodes.iter().filter(|one| one["withdrawnOn"].is_null());
    Some(Training {
        code: value(&answer["code"])?,
        title: value(&answer["title"])?,
        title_latin: may(&answer["titleLatin"], value)?,
        kind: word(&answer["kind"])?,
        subject: word(&answer["subject"])?,
        audiences: word(&answer["audiences"])?,
        province: may(&answer["province"]["code"], value)?,
        hours: word(&answer["hours"])?,
        seats: word(&answer["seats"])?,
        starts: value(&answer["startsOn"])?,
        ends: value(&answer["endsOn"])?,
        enrolments: standing.map(enrolment).collect::<Option<_>>()?,
    })
}

fn research(answer: &Value) -> Option<Research> {
    let executor = &answer["executor"];
    let executor = if !executor["sme"].is_null() {
        ExecutorKey::Sme(SmeKey::BusinessId(value(&executor["sme"]["businessId"])?))
    } else if !executor["park"].is_null() {
        ExecutorKey::Park(ParkKey::Code(value(&executor["park"]["code"])?))
    } else {
        ExecutorKey::Office(value(&executor["office"])?)
    };
    let payments = answer["payments"].as_array()?.iter();
    let payments: Vec<Money> = payments.map(|payment| word(&payment["amount"])).collect::<Option<_>>()?;
    let paid = match payments.first() {
        Some(first) => {
            let sum = payments.iter().map(|payment| payment.amount()).sum();
            Some(Money::new(sum, first.currency()).ok()?)
        }
        None => None,
    };
    let result = match answer["results"].as_array()?.first() {
        Some(result) => Some(TakenOverResult {
            kind: word(&result["kind"])?,
            title: value(&result["title"])?,
            reference: may(&result["reference"], value)?,
        }),
        None => None,
    };
    Some(Research {
        code: value(&answer["code"])?,
        title: value(&answer["title"])?,
        title_latin: may(&answer["titleLatin"], value)?,
        topic: word(&answer["topic"])?,
        executor,
        province: may(&answer["province"]["code"], value)?,
        approved: may(&answer["approvedOn"], value)?,
        budget: may(&answer["budget"], word)?,
        paid,
        result,
        closed: answer["phase"] == "CLOSED",
        until: may(&answer["endedOn"], value)?,
    })
}
