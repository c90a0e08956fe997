//! The registry of a running server, over GraphQL.
//!
//! Commands are sent with their IDs, so that a batch whose answer is lost is sent again and recorded once. In a dry run
//! the server judges each batch on its own; what earlier batches would have founded is sent along with it, and is not
//! counted.

mod answer;
mod input;

use super::{Known, Outcome, Registry, Unavailable};
use crate::cli::import::consortium::{Consortium, Member};
use crate::cli::import::emc::{Emc, Mandate};
use crate::cli::import::entry::Entry;
use crate::cli::import::training::{Enrolment, Training};
use crate::client;
use daftar_domain::Command;
use daftar_domain::consortium::{ConsortiumCommand, Phase};
use daftar_domain::emc::EmcCommand;
use daftar_domain::rejection::{Code, Rejection};
use daftar_domain::training::TrainingCommand;
use daftar_domain::value::{CommandId, ConsortiumKey, Date, EmcKey, SmeKey, TrainingKey};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;

/// Look-ups of one request: together they stay well below the cost that a server allows.
const LOOK_UPS: usize = 25;
/// Commands of one request, those that a dry run repeats included: what a submission may hold.
const COMMANDS: usize = 500;
/// How often a request is sent before the import gives up, and the first pause between two.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(200);
/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(60);

const SUBMIT: &str = "mutation Import($input: SubmitInput!) { submit(input: $input) { repeated errors { code message path } } }";

/// A server's registry.
pub struct Remote {
    agent: ureq::Agent,
    url: String,
    token: Option<String>,
    dry_run: bool,
    today: Date,
    /// In a dry run: what it would have founded so far, by code, with the commands that would.
    founded: HashMap<String, (Entry, Vec<(CommandId, Command)>)>,
}

impl Remote {
    /// The registry at an address such as `http://127.0.0.1:8080`.
    ///
    /// # Errors
    /// When the address is none, when others could read the token on its way, or when no registry answers there.
    pub fn open(url: &str, token: Option<String>, dry_run: bool) -> Result<Self, Unavailable> {
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(Unavailable(format!("{url} is no address such as http://127.0.0.1:8080")));
        }
        if token.is_some() && !client::keeps_secret(url) {
            return Err(Unavailable(format!("{url}: a token goes by https, or to this machine")));
        }
        let url = url.trim_end_matches('/');
        let url = if url.ends_with("/graphql") { url.to_owned() } else { format!("{url}/graphql") };
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .tls_config(client::tls())
            .http_status_as_error(false)
            .build()
            .new_agent();
        let remote =
            Remote { agent, url, token, dry_run, today: super::now().tehran_date(), founded: HashMap::new() };
        remote.ask("{ position }", &json!({}))?;
        Ok(remote)
    }

    /// Sends a request until it is answered.
    fn ask(&self, query: &str, variables: &Value) -> Result<Value, Unavailable> {
        let body = json!({"query": query, "variables": variables}).to_string();
        let mut pause = PAUSE;
        for attempt in 1.. {
            match self.once(&body) {
                Ok(data) => return Ok(data),
                Err(Failed::Again(_)) if attempt < ATTEMPTS => std::thread::sleep(pause),
                Err(Failed::Again(why) | Failed::Never(why)) => return Err(Unavailable(why)),
            }
            pause *= 2;
        }
        unreachable!("the attempts are counted")
    }

    fn once(&self, body: &str) -> Result<Value, Failed> {
        let again = |error: ureq::Error| Failed::Again(format!("{}: {error}", self.url));
        let mut request = self.agent.post(&self.url).header("content-type", "application/json");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut response = request.send(body).map_err(again)?;
        let status = response.status();
        let text = response.body_mut().with_config().limit(64 << 20).read_to_string().map_err(again)?;
        let answer: Value = serde_json::from_str(&text).map_err(|_| {
            let why = format!("{} answers with status {status} and no GraphQL", self.url);
            if status.is_server_error() { Failed::Again(why) } else { Failed::Never(why) }
        })?;
        match answer["errors"].as_array().and_then(|errors| errors.first()) {
            None => Ok(answer["data"].clone()),
            Some(error) => {
                let code = error["extensions"]["code"].as_str().unwrap_or_default();
                let why = format!("{}: {code} {}", self.url, error["message"].as_str().unwrap_or_default());
                let passing =
                    matches!(code, "OVERLOADED" | "UNAVAILABLE" | "NOT_READY" | "IDENTITY_UNAVAILABLE");
                Err(if passing { Failed::Again(why) } else { Failed::Never(why) })
            }
        }
    }

    /// Everything behind the first page of a group's members or clients.
    fn rest_of(&self, entry: &Entry, first: Value) -> Result<Value, Unavailable> {
        let Some(list) = answer::list_of(entry) else { return Ok(first) };
        let mut whole = first;
        while whole[list]["pageInfo"]["hasNextPage"] == true {
            let cursor = whole[list]["pageInfo"]["endCursor"].clone();
            let (query, variables) = answer::next_page(entry, &cursor);
            let mut page = self.ask(query, &variables)?["group"].take();
            if let (Some(nodes), Some(more)) =
                (whole[list]["nodes"].as_array_mut(), page[list]["nodes"].as_array_mut())
            {
                nodes.append(more);
            }
            whole[list]["pageInfo"] = page[list]["pageInfo"].take();
        }
        Ok(whole)
    }

    fn send(&self, commands: &[(CommandId, Command)]) -> Result<Vec<Outcome>, Unavailable> {
        let inputs: Vec<_> =
            commands.iter().map(|(id, command)| input::command(*id, command, self.dry_run)).collect();
        let data = self.ask(SUBMIT, &json!({"input": {"commands": inputs}}))?;
        let answers = data["submit"].as_array().filter(|answers| answers.len() == commands.len());
        let answers =
            answers.ok_or_else(|| Unavailable(format!("{} gives no answer to some commands", self.url)))?;
        Ok(answers.iter().map(outcome).collect())
    }

    /// In a dry run: the commands that would have founded what these commands need.
    fn needed_by(&self, commands: &[(CommandId, Command)]) -> Vec<(CommandId, Command)> {
        let mut codes: Vec<&str> = commands.iter().filter_map(|(_, command)| group_of(command)).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
            .iter()
            .filter_map(|code| self.founded.get(*code))
            .flat_map(|(_, commands)| commands.clone())
            .collect()
    }

    /// In a dry run: keeps what a command would have founded.
    fn keep(&mut self, id: CommandId, command: Command) {
        let Some(code) = group_of(&command).map(str::to_owned).or_else(|| founded_by(&command)) else {
            return;
        };
        if let Some(entry) = founding(&command) {
            self.founded.insert(code.clone(), (entry, Vec::new()));
        }
        if let Some((entry, commands)) = self.founded.get_mut(&code) {
            joined(entry, &command);
            commands.push((id, command));
        }
    }
}

enum Failed {
    Again(String),
    Never(String),
}

impl Registry for Remote {
    fn look_up(&mut self, entries: &[&Entry]) -> Result<Vec<Option<Known>>, Unavailable> {
        if entries.iter().all(|entry| matches!(entry, Entry::Statement(_))) {
            // A statement is known by all that it says: the server refuses one that it has.
            return Ok(vec![None; entries.len()]);
        }
        let mut known = Vec::with_capacity(entries.len());
        for chunk in entries.chunks(LOOK_UPS) {
            let (query, variables) = answer::look_up(chunk);
            let mut data = self.ask(&query, &variables)?;
            for (index, entry) in chunk.iter().enumerate() {
                let found = match data[format!("a{index}")].take() {
                    Value::Null => self.rehearsed(entry),
                    answer => {
                        let whole = self.rest_of(entry, answer)?;
                        let read = answer::read(entry, &whole);
                        Some(read.ok_or_else(|| {
                            Unavailable(format!(
                                "{} answers in a form that this version doesn't know",
                                self.url
                            ))
                        })?)
                    }
                };
                known.push(found);
            }
        }
        Ok(known)
    }

    fn submit(&mut self, commands: Vec<(CommandId, Command)>) -> Result<Vec<Outcome>, Unavailable> {
        if !self.dry_run {
            return self.send(&commands);
        }
        let mut outcomes = Vec::with_capacity(commands.len());
        let mut commands = commands.into_iter().peekable();
        while commands.peek().is_some() {
            let mut batch: Vec<_> = commands.by_ref().take(COMMANDS / 2).collect();
            let mut all = self.needed_by(&batch);
            all.truncate(COMMANDS - batch.len());
            let before = all.len();
            all.append(&mut batch);
            let answered = self.send(&all)?;
            for ((id, command), outcome) in all.into_iter().zip(answered).skip(before) {
                if outcome == Outcome::Recorded {
                    self.keep(id, command);
                }
                outcomes.push(outcome);
            }
        }
        Ok(outcomes)
    }

    fn today(&self) -> Date {
        self.today
    }
}

impl Remote {
    /// In a dry run: what earlier rows would have founded.
    fn rehearsed(&self, entry: &Entry) -> Option<Known> {
        let code = match entry {
            Entry::Consortium(row) => row.code.as_str(),
            Entry::Emc(row) => row.code.as_str(),
            Entry::Training(row) => row.code.as_str(),
            _ => return None,
        };
        let (entry, commands) = self.founded.get(code)?;
        Some(Known { entry: entry.clone(), version: commands.len() as u32, unfinished: true })
    }
}

/// What a server's answer to one command says.
fn outcome(answer: &Value) -> Outcome {
    let Some(error) = answer["errors"].as_array().and_then(|errors| errors.first()) else {
        return if answer["repeated"] == true { Outcome::Repeated } else { Outcome::Recorded };
    };
    let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    let name = text("code");
    let code = Code::ALL.iter().copied().find(|code| code.as_str() == name).unwrap_or(Code::InvalidValue);
    // The path begins with the argument, its list, the command's index and its mutation.
    let path: Vec<_> =
        error["path"].as_array().into_iter().flatten().skip(4).filter_map(Value::as_str).collect();
    Outcome::Rejected(Rejection::new(code, path.join("."), text("message")))
}

/// The code of the group that a command adds to.
fn group_of(command: &Command) -> Option<&str> {
    match command {
        Command::Consortium(ConsortiumCommand::TakeOverMember(input)) => {
            code_of_consortium(&input.consortium)
        }
        Command::Consortium(ConsortiumCommand::TakeOverPhase(input)) => code_of_consortium(&input.consortium),
        Command::Emc(EmcCommand::TakeOverMandate(input)) => match &input.emc {
            EmcKey::Code(code) => Some(code.as_str()),
            EmcKey::Id(_) => None,
        },
        Command::Training(TrainingCommand::TakeOverEnrolment(input)) => match &input.training {
            TrainingKey::Code(code) => Some(code.as_str()),
            TrainingKey::Id(_) => None,
        },
        _ => None,
    }
}

fn code_of_consortium(key: &ConsortiumKey) -> Option<&str> {
    match key {
        ConsortiumKey::Code(code) => Some(code.as_str()),
        ConsortiumKey::Id(_) => None,
    }
}

/// The code of the group that a command founds.
fn founded_by(command: &Command) -> Option<String> {
    match command {
        Command::Consortium(ConsortiumCommand::TakeOverConsortium(input)) => {
            Some(input.details.code.to_string())
        }
        Command::Emc(EmcCommand::TakeOverEmc(input)) => Some(input.details.code.to_string()),
        Command::Training(TrainingCommand::TakeOverTraining(input)) => Some(input.details.code.to_string()),
        _ => None,
    }
}

/// The group that a command founds, without members.
fn founding(command: &Command) -> Option<Entry> {
    match command {
        Command::Consortium(ConsortiumCommand::TakeOverConsortium(input)) => {
            Some(Entry::Consortium(Consortium {
                code: input.details.code.clone(),
                name: input.details.name.clone(),
                name_latin: input.details.name_latin.clone(),
                kind: input.details.kind,
                phase: Phase::Preparing,
                group: input.details.product_group,
                formed: input.formed,
                members: Vec::new(),
            }))
        }
        Command::Emc(EmcCommand::TakeOverEmc(input)) => Some(Entry::Emc(Emc {
            code: input.details.code.clone(),
            name: input.details.name.clone(),
            name_latin: input.details.name_latin.clone(),
            legal_id: input.details.legal_id,
            trade_card: input.details.trade_card.clone(),
            card_expires: input.details.trade_card_expires,
            consented: input.consented,
            rank: input.rank.as_ref().map(|rank| (rank.rank, rank.on)),
            mandates: Vec::new(),
        })),
        Command::Training(TrainingCommand::TakeOverTraining(input)) => {
            Some(Entry::Training(Training::of(&input.details)))
        }
        _ => None,
    }
}

/// Adds the member or client that a command brings.
fn joined(entry: &mut Entry, command: &Command) {
    let member = match command {
        Command::Consortium(ConsortiumCommand::TakeOverConsortium(input)) => input.member.as_ref(),
        Command::Consortium(ConsortiumCommand::TakeOverMember(input)) => Some(&input.member),
        _ => None,
    };
    let mandate = match command {
        Command::Emc(EmcCommand::TakeOverEmc(input)) => input.mandate.as_ref(),
        Command::Emc(EmcCommand::TakeOverMandate(input)) => Some(&input.mandate),
        _ => None,
    };
    let enrolment = match command {
        Command::Training(TrainingCommand::TakeOverTraining(input)) => input.enrolment.as_ref(),
        Command::Training(TrainingCommand::TakeOverEnrolment(input)) => Some(&input.enrolment),
        _ => None,
    };
    if let (Entry::Training(training), Some(enrolment)) = (&mut *entry, enrolment) {
        training.enrolments.push(Enrolment::of(enrolment));
    }
    match (entry, member, mandate) {
        (Entry::Consortium(consortium), Some(member), _) => {
            if let SmeKey::BusinessId(sme) = member.sme {
                let certificate = member.certificate.clone();
                consortium.members.push(Member { sme, joined: member.joined, certificate });
            }
        }
        (Entry::Emc(emc), _, Some(mandate)) => {
            if let SmeKey::BusinessId(sme) = mandate.sme {
                emc.mandates.push(Mandate { sme, from: mandate.from, until: mandate.until });
            }
        }
        _ => {}
    }
}
