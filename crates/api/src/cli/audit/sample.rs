//! `daftar audit sample`: a sample that nobody chose, and that anybody can draw again.
//!
//! Guarantees: which events are drawn follows from the seed, the size, the filter and the signed root alone: of the
//! events that the filter leaves, those with the smallest SHA-256 of seed, root and position (`schema/proofs.md`). Each
//! comes with its line and a proof that leads to the checkpoint, as `check-proof` reads it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clap::Args;
use daftar_domain::envelope::{EntityId, Recorded};
use daftar_domain::log::checkpoint::Trust;
use daftar_domain::log::proof::prover::Prover;
use daftar_domain::log::sled::{SledLog, SledSettings};
use daftar_domain::value::Date;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::finding::{Code, Finding};
use super::import_bundle;
use super::report::Verified;
use super::store::{LOG, work_folder};
use super::{Opened, Progress, Verifying, write};

/// The most events of a sample.
const SAMPLE_MOST: usize = 100_000;

/// One condition; all hold together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Events of one of these types.
    Type(Vec<String>),
    /// Events of entities of one of these kinds.
    Kind(Vec<String>),
    /// Events that are about or concern an entity.
    Entity(EntityId),
    /// Events that were true from a day up to another, which is not among them.
    Effective(Date, Date),
    /// Events of one of these actors.
    Actor(Vec<String>),
}

impl FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once('=').ok_or("a condition is written NAME=VALUE")?;
        let list = || value.split(',').map(str::to_owned).collect::<Vec<_>>();
        let day = |text: &str| text.parse::<Date>().map_err(|error| error.to_string());
        match name {
            "type" => Ok(Self::Type(list())),
            "kind" => Ok(Self::Kind(list())),
            "entity" => value.parse().map(Self::Entity),
            "actor" => Ok(Self::Actor(list())),
            "effective" => {
                let (from, until) = value.split_once("..").ok_or("effective=FROM..UNTIL")?;
                Ok(Self::Effective(day(from)?, day(until)?))
            }
            other => Err(format!("{other:?} is none of type, kind, entity, actor, effective")),
        }
    }
}

impl Condition {
    fn holds(&self, event: &Recorded) -> bool {
        let entity = event.event.entity;
        match self {
            Self::Type(names) => names.iter().any(|name| name == event.event.data.type_name()),
            Self::Kind(kinds) => kinds.iter().any(|kind| kind == entity.kind()),
            Self::Entity(wanted) => entity == *wanted || event.event.refs.contains(wanted),
            Self::Effective(from, until) => (*from..*until).contains(&event.event.effective),
            Self::Actor(actors) => actors.iter().any(|actor| *actor == event.actor.to_string()),
        }
    }
}

/// Arguments of `daftar audit sample`.
#[derive(Debug, Args)]
pub struct Sample {
    #[command(flatten)]
    verifying: Verifying,
    /// The seed: any text, best one that nobody could choose (a lottery's draw of the day after the checkpoint).
    #[arg(long)]
    seed: String,
    /// How many events.
    #[arg(long, value_name = "N")]
    size: usize,
    /// Narrows the events: type=, kind=, entity=, actor= (lists with commas), effective=FROM..UNTIL. May be repeated.
    #[arg(long = "where", value_name = "NAME=VALUE")]
    conditions: Vec<String>,
    /// The folder to write to: `sample.json`, and for each position its line and its proof.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// The rank by which an event is drawn: the smallest come first.
pub fn rank(seed: &str, root: &[u8; 32], position: u64) -> [u8; 32] {
    let text = format!("{seed}\n{}\n{position}\n", BASE64_STANDARD.encode(root));
    Sha256::digest(text.as_bytes()).into()
}

impl Sample {
    /// Verifies, draws, proves, and writes.
    ///
    /// # Errors
    /// The first finding; [`Code::Usage`] for a seed, size or condition that can't be used.
    pub fn run(&self, progress: &Progress) -> Result<String, Finding> {
        if self.seed.contains('\n') || !(1..=SAMPLE_MOST).contains(&self.size) {
            let what = format!("a seed is one line, a sample has 1 to {SAMPLE_MOST} events");
            return Err(Finding::new(Code::Usage, what));
        }
        let conditions = self.conditions.iter().map(|text| text.parse::<Condition>());
        let conditions = conditions.collect::<Result<Vec<_>, _>>();
        let conditions =
            conditions.map_err(|why| Finding::new(Code::Usage, format_args!("--where: {why}")))?;
        let mut population = Vec::new();
        let (opened, verified) = self.verifying.run(
            &mut |_, event, _| {
                if conditions.iter().all(|condition| condition.holds(event)) {
                    population.push(event.position);
                }
            },
            progress,
        )?;
        let checkpoint = &verified.signed.checkpoint;
        population.retain(|position| *position <= checkpoint.size);
        let drawn = draw(&self.seed, &checkpoint.root.0, &population, self.size);
        let trust = self.verifying.keys.trust()?;
        self.prove(&opened, &verified, &trust, &drawn, progress)?;
        let sample = json!({
            "seed": self.seed,
            "size": self.size,
            "where": self.conditions,
            "checkpoint": String::from_utf8_lossy(&verified.signed.note),
            "population": population.len(),
            "positions": drawn.iter().map(u64::to_string).collect::<Vec<_>>(),
        });
        let text = serde_json::to_string_pretty(&sample).expect("it has only string keys");
        write(&self.out.join("sample.json"), format!("{text}\n").as_bytes())?;
        Ok(format!("sampled: {} of {} events into {}\n", drawn.len(), population.len(), self.out.display()))
    }

    fn prove(
        &self,
        opened: &Opened,
        verified: &Verified,
        trust: &Trust,
        drawn: &[u64],
        progress: &Progress,
    ) -> Result<(), Finding> {
        fs::create_dir_all(&self.out).map_err(|error| Finding::io(&self.out, &error))?;
        let folder = work_folder(self.verifying.input.work.as_deref())?;
        let log: Arc<dyn daftar_domain::log::Log> = match opened {
            Opened::Store(store) => Arc::clone(&store.log),
            // A bundle has no tiles: proofs are made from a log that is restored from it.
            Opened::Bundle(bundle) | Opened::Fetched { bundle, .. } => {
                import_bundle::import(bundle, folder.path(), trust, progress)?;
                Arc::new(SledLog::open(&folder.path().join(LOG), SledSettings::default())?)
            }
        };
        let prover = Prover::new(log);
        for position in drawn {
            let proof = prover.inclusion(*position, verified.signed.checkpoint.size)?;
            let file = |kind: &str| -> PathBuf { Path::new(&self.out).join(format!("{position}.{kind}")) };
            write(&file("line"), &prover.line(*position)?)?;
            write(&file("tlog-proof"), &proof.to_text(&verified.signed.note))?;
        }
        Ok(())
    }
}

/// The positions that are drawn, in the order of their ranks.
fn draw(seed: &str, root: &[u8; 32], population: &[u64], size: usize) -> Vec<u64> {
    let mut drawn = BTreeSet::new();
    for position in population {
        drawn.insert((rank(seed, root, *position), *position));
        if drawn.len() > size {
            drawn.pop_last();
        }
    }
    drawn.into_iter().map(|(_, position)| position).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_draw_follows_from_seed_root_and_population_alone() {
        let root = [7; 32];
        let population: Vec<u64> = (1..=1000).collect();
        let drawn = draw("lottery 1399-01-15", &root, &population, 10);
        let mut backward = population.clone();
        backward.reverse();
        assert_eq!(draw("lottery 1399-01-15", &root, &backward, 10), drawn);
        assert_eq!(draw("lottery 1399-01-15", &root, &population, 20)[..10], drawn);
        assert_ne!(draw("lottery 1399-01-16", &root, &population, 10), drawn);
        assert_ne!(draw("lottery 1399-01-15", &[8; 32], &population, 10), drawn);
        assert_eq!(draw("x", &root, &[3, 5], 10).len(), 2);
    }

    #[test]
    fn a_condition_that_cannot_be_read_is_told() {
        for wrong in ["type", "colour=red", "entity=nobody", "effective=2020-01-01", "effective=a..b"] {
            assert!(wrong.parse::<Condition>().is_err(), "{wrong}");
        }
        assert_eq!("type=A,B".parse(), Ok(Condition::Type(vec!["A".into(), "B".into()])));
    }
}
