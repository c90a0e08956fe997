//! Commands of every noun over a small world, made from small numbers: what they name is often there, and often not.

use serde_json::{Value, json};

use crate::Command;
use crate::envelope::EntityId;
use crate::policy::CommandKind;
use crate::value::Date;

mod courses;

pub use courses::begun_courses;

/// The numbers that a command is made from.
pub type Dice = [u16; 6];

/// The first of the days on which things happen.
pub fn first_day() -> Date {
    Date::new(2019, 3, 21).expect("a date")
}

/// How many there are: few, so that they meet. The last Solar Hijri months of them can be closed.
pub const DAYS: i32 = 150;

/// One throw of the dice, over what is recorded so far in a sequence.
pub struct Throw<'a> {
    /// The events of the sequence: whose they are, and where they stand.
    events: &'a [(EntityId, u64)],
    dice: Dice,
}

/// Kinds that other tests ask in their sequences: persons and texts live in the vault, and proposals ask for persons.
const ELSEWHERE: &[CommandKind] = &[
    CommandKind::AppointPerson,
    CommandKind::CorrectPerson,
    CommandKind::EndAppointment,
    CommandKind::VoidPersonFact,
    CommandKind::ErasePerson,
    CommandKind::EraseText,
    CommandKind::NoteReadings,
    CommandKind::ProposeCommand,
    CommandKind::ApproveProposal,
    CommandKind::RejectProposal,
    CommandKind::WithdrawProposal,
];

/// The kinds of command that sequences are made of.
pub fn kinds() -> Vec<CommandKind> {
    CommandKind::ALL.iter().copied().filter(|kind| !ELSEWHERE.contains(kind)).collect()
}

impl<'a> Throw<'a> {
    /// A throw over the events so far.
    pub fn new(events: &'a [(EntityId, u64)], dice: Dice) -> Self {
        Self { events, dice }
    }

    fn below(&self, die: usize, count: u16) -> u16 {
        self.dice[die] % count
    }

    fn day(&self, die: usize) -> Value {
        json!(first_day().plus_days(i32::from(self.dice[die]) % DAYS))
    }

    fn sme(&self, die: usize) -> Value {
        json!({ "businessId": format!("{:012}", 1 + self.below(die, 5)) })
    }

    fn code(&self, die: usize, prefix: &str) -> Value {
        json!({ "code": format!("{prefix}-{}", 1 + self.below(die, 3)) })
    }

    /// The position of an event of an entity of a kind, the newest most often; one that is there where there is any.
    fn position(&self, kind: &str, die: usize) -> Value {
        let of_kind = |(entity, position): &(EntityId, u64)| (entity.kind() == kind).then_some(*position);
        let positions: Vec<u64> = self.events.iter().rev().filter_map(of_kind).collect();
        let back = usize::from(self.dice[die]) % 4;
        json!(positions.get(back.min(positions.len().saturating_sub(1))).unwrap_or(&1).to_string())
    }

    /// The entity of the same event.
    fn entity(&self, kind: &str, die: usize) -> Option<EntityId> {
        let entities: Vec<EntityId> = self
            .events
            .iter()
            .rev()
            .map(|(entity, _)| *entity)
            .filter(|entity| entity.kind() == kind)
            .collect();
        let back = usize::from(self.dice[die]) % 4;
        entities.get(back.min(entities.len().saturating_sub(1))).copied()
    }

    /// The ID of it; one of nothing where there is none.
    fn id(&self, kind: &str, die: usize) -> Value {
        json!(self.entity(kind, die).and_then(|entity| entity.uuid()).unwrap_or_default())
    }

    fn details(&self) -> Value {
        let number = 1 + self.below(0, 5);
        let mut details = json!({
            "businessId": format!("{number:012}"), "name": "واحد", "province": "IR-10", "isic": "2220", "headcount": 7,
            "legalId": (["10380284790", "14001234562", "10860001235", "10380007775"][usize::from(number) % 4]),
        });
        if self.below(1, 2) == 0 {
            details["park"] = self.code(2, "P");
            details["plot"] = json!((1 + self.below(3, 3)).to_string());
            details["plotArea"] = json!((500 * (1 + self.below(4, 3))).to_string());
        }
        details
    }

    fn declared(&self) -> Value {
        let exporter = match self.below(4, 3) {
            0 => json!({ "emc": { "emc": self.code(1, "E"), "sme": self.sme(0) } }),
            _ => json!({ "sme": self.sme(0) }),
        };
        let mut details = json!({
            "exporter": exporter, "office": "بازرگان", "declaration": format!("{:08}", self.below(1, 9)), "item": 1,
            "hs": "39012000", "destination": (["IQ", "CN", "IR"][usize::from(self.dice[5] % 7 / 3)]),
            "netWeight": "10", "valueUsd": format!("{}.25", self.dice[3]), "on": self.day(2),
        });
        if self.below(5, 3) == 0 {
            details["consortium"] = self.code(4, "C");
        }
        details
    }

    fn stated(&self) -> Value {
        let (measure, figure) = match self.below(0, 4) {
            0 => ("UNITS", json!({ "count": self.below(1, 3) })),
            1 => ("ACTIVE_SHARE", json!({ "share": "0.7800" })),
            2 => ("INDUSTRIAL_PARKS", json!({ "usd": "1.00" })),
            _ => ("EXPORTS", json!({ "usd": format!("{}.00", self.below(1, 3)) })),
        };
        let mut facts = json!({
            "source": "سازمان", "publishedOn": "2019-12-01", "measure": measure, "figure": figure,
            "qualifier": (["OVER", "NEARLY", "EXACTLY"][usize::from(self.below(2, 3))]),
        });
        if measure == "EXPORTS" {
            facts["period"] = json!({ "from": "2019-03-01", "until": self.day(3) });
        }
        json!({ "facts": facts, "on": self.day(3) })
    }

    /// A command of a kind; none for a kind that has no template here.
    pub fn command(&self, kind: CommandKind) -> Option<Command> {
        let input = self.of_units(kind).or_else(|| self.of_programmes(kind));
        let input = input.or_else(|| self.of_groups(kind)).or_else(|| self.of_courses(kind));
        let input = input.or_else(|| self.of_records(kind))?;
        let command = json!({ "type": kind.as_str(), "input": input });
        Some(
            serde_json::from_value(command)
                .unwrap_or_else(|error| panic!("{}: {input}: {error}", kind.as_str())),
        )
    }

    fn of_units(&self, kind: CommandKind) -> Option<Value> {
        let on = || self.day(1);
        let (sme, reason) = (|| self.sme(0), "OTHER");
        let park = || {
            let number = 1 + self.below(0, 3);
            json!({
                "code": format!("P-{number}"), "name": "شهرک", "kind": "PARK", "province": "IR-10", "area": "1",
                "saleable": "0.2", "plots": number, "on": self.day(2),
            })
        };
        let licence =
            || json!({ "number": format!("L{}", self.below(2, 3)), "on": self.day(1), "sme": self.sme(0) });
        let until =
            || json!(first_day().plus_days(i32::from(self.dice[1]) % DAYS + i32::from(self.dice[3] % 300)));
        Some(match kind {
            CommandKind::EstablishPark => park(),
            CommandKind::TakeOverPark => json!({ "park": park(), "allotted": self.below(3, 3) }),
            CommandKind::RevisePark => {
                json!({ "park": self.code(0, "P"), "plots": self.below(2, 5), "on": on() })
            }
            CommandKind::RegisterSme => json!({ "details": self.details(), "on": self.day(5) }),
            CommandKind::TakeOverSme => {
                let licence = json!({ "number": "L0", "issued": "2015-03-21", "expires": "2030-03-21" });
                let idle = json!({ "IDLE": { "since": on(), "reason": "MARKET" } });
                let status = if self.below(5, 4) == 0 { idle } else { json!("ACTIVE") };
                json!({ "details": self.details(), "licence": licence, "status": status })
            }
            CommandKind::AmendSme => json!({ "sme": sme(), "headcount": self.below(2, 90), "on": on() }),
            CommandKind::IssueEstablishmentLicence => {
                let mut input = licence();
                input["expires"] = until();
                input
            }
            CommandKind::IssueOperatingLicence => {
                let mut input = licence();
                input["expires"] = until();
                input["capacity"] = json!({ "amount": "5", "unit": "tonne" });
                input
            }
            CommandKind::RevokeLicence => {
                let mut input = licence();
                (input["kind"], input["reason"]) = (json!("OPERATING"), json!(reason));
                input
            }
            CommandKind::InspectSme | CommandKind::ActivateSme | CommandKind::ReduceSme => {
                json!({ "sme": sme(), "on": on() })
            }
            CommandKind::IdleSme => json!({ "sme": sme(), "reason": "MARKET", "on": on() }),
            CommandKind::CloseSme => json!({ "sme": sme(), "reason": reason, "on": on() }),
            CommandKind::VoidSmeFact => {
                json!({ "sme": sme(), "position": self.position("sme", 1), "reason": reason })
            }
            CommandKind::RedateSmeFact => {
                json!({ "sme": sme(), "position": self.position("sme", 2), "on": on(), "reason": reason })
            }
            CommandKind::OpenRevival => json!({ "sme": sme(), "on": on() }),
            CommandKind::DiagnoseRevival => {
                json!({ "revival": self.id("revival", 0), "finding": "MARKET", "on": on() })
            }
            CommandKind::PlanRevival | CommandKind::RestartProduction | CommandKind::VerifyRestart => {
                json!({ "revival": self.id("revival", 0), "on": on() })
            }
            CommandKind::ReferRevival => json!({
                "revival": self.id("revival", 0), "to": "LOAN", "loan": { "amount": "5.00", "currency": "IRR" }, "on": on(),
            }),
            CommandKind::ReviveUnit => json!({ "revival": self.id("revival", 0), "jobs": 3, "on": on() }),
            CommandKind::AbandonRevival => {
                json!({ "revival": self.id("revival", 0), "reason": reason, "on": on() })
            }
            _ => return None,
        })
    }

    fn of_programmes(&self, kind: CommandKind) -> Option<Value> {
        let (on, sme, reason) = (|| self.day(1), || self.sme(0), "OTHER");
        let later = |days: u16| json!(first_day().plus_days(i32::from(self.dice[1] % DAYS as u16 + days)));
        Some(match kind {
            CommandKind::SpecialisePark => {
                let industries = [vec![], vec!["2220"], vec!["1511"]][usize::from(self.below(2, 3))].clone();
                json!({ "park": self.code(0, "P"), "industries": industries, "on": on() })
            }
            CommandKind::ReportProgress => {
                json!({ "sme": sme(), "progress": 40, "verified": self.below(2, 2) == 0, "on": on() })
            }
            CommandKind::ExtendEstablishmentLicence => {
                let number = format!("L{}", self.below(2, 3));
                json!({ "sme": sme(), "number": number, "on": on(), "expires": "2020-09-01" })
            }
            CommandKind::AmendOperatingLicence => {
                json!({ "sme": sme(), "number": "L", "subject": "LAND", "text": "زمین", "on": on() })
            }
            CommandKind::AllocatePlot => json!({
                "sme": sme(), "park": self.code(2, "P"), "plot": (1 + self.below(3, 3)).to_string(),
                "area": (500 * (1 + self.below(4, 3))).to_string(), "deadline": later(1 + self.below(5, 40)), "on": on(),
            }),
            CommandKind::AdvancePlot => json!({ "sme": sme(), "stage": "BUILT", "on": on() }),
            CommandKind::GrantGrade => {
                let grade = ["INDUSTRIAL", "NOPA"][usize::from(self.below(2, 5) / 4)];
                json!({ "sme": sme(), "grade": grade, "on": on(), "until": later(self.below(3, 90)) })
            }
            CommandKind::RepossessPlot | CommandKind::WithdrawGrade => {
                json!({ "sme": sme(), "reason": reason, "on": on() })
            }
            CommandKind::MergeSmes => {
                json!({ "survivor": self.sme(2), "merged": sme(), "reason": reason, "on": on() })
            }
            CommandKind::VoidRevivalFact => json!({
                "revival": self.id("revival", 0), "position": self.position("revival", 0), "reason": reason,
            }),
            _ => return None,
        })
    }

    fn of_groups(&self, kind: CommandKind) -> Option<Value> {
        let on = || self.day(1);
        let (consortium, emc) = (|| self.code(2, "C"), || self.code(2, "E"));
        let (sme, reason) = (|| self.sme(0), "OTHER");
        let group = || {
            let group = (["POLYMER_PLASTIC", "RUG"])[usize::from(self.below(3, 2))];
            json!({ "code": consortium()["code"], "name": "گروه", "kind": "SALES", "productGroup": group })
        };
        let company = || {
            json!({
                "code": emc()["code"], "name": "شرکت", "legalId": "14123456700", "tradeCard": "TC4565780",
            })
        };
        let certificate = || if self.below(4, 3) == 0 { Value::Null } else { json!("ERC-1") };
        let members = || {
            let member =
                |number: u16| json!({ "sme": { "businessId": format!("{number:012}") }, "certificate": "E" });
            (1..=self.below(4, 4)).map(member).collect::<Vec<_>>()
        };
        let mandate = || json!({ "sme": sme(), "from": on() });
        let joined = || json!({ "sme": sme(), "joined": on(), "certificate": certificate() });
        Some(match kind {
            CommandKind::FormConsortium => json!({ "details": group(), "members": members(), "on": on() }),
            CommandKind::TakeOverConsortium => {
                json!({ "details": group(), "formed": on(), "member": joined() })
            }
            CommandKind::TakeOverMember => json!({ "consortium": consortium(), "member": joined() }),
            CommandKind::TakeOverPhase => {
                json!({ "consortium": consortium(), "phase": "OPERATING", "on": on() })
            }
            CommandKind::AdmitMember => {
                json!({ "consortium": consortium(), "sme": sme(), "certificate": certificate(), "on": on() })
            }
            CommandKind::ReleaseMember => {
                json!({ "consortium": consortium(), "sme": sme(), "reason": reason, "on": on() })
            }
            CommandKind::ConstituteConsortium | CommandKind::StartConsortium => {
                json!({ "consortium": consortium(), "on": on() })
            }
            CommandKind::DissolveConsortium => {
                json!({ "consortium": consortium(), "reason": reason, "on": on() })
            }
            CommandKind::ReviseConsortium => {
                json!({ "consortium": consortium(), "name": format!("گروه {}", self.below(0, 3)), "on": on() })
            }
            CommandKind::VoidConsortiumFact => {
                let position = self.position("consortium", 0);
                json!({ "consortium": consortium(), "position": position, "reason": reason })
            }
            CommandKind::ConsentEmc => json!({ "details": company(), "on": self.day(5) }),
            CommandKind::TakeOverEmc => {
                let rank = json!({ "rank": "THIRD", "on": "2019-04-01" });
                json!({ "details": company(), "consented": "2016-03-20", "rank": rank, "mandate": mandate() })
            }
            CommandKind::TakeOverMandate => json!({ "emc": emc(), "mandate": mandate() }),
            CommandKind::RankEmc => json!({ "emc": emc(), "rank": "SECOND", "on": on() }),
            CommandKind::GrantMandate => json!({ "emc": emc(), "sme": sme(), "from": on() }),
            CommandKind::EndMandate => json!({ "emc": emc(), "sme": sme(), "reason": reason, "on": on() }),
            CommandKind::WithdrawConsent => json!({ "emc": emc(), "reason": reason, "on": on() }),
            CommandKind::ReviseEmc => {
                json!({ "emc": emc(), "name": format!("شرکت {}", self.below(0, 3)), "on": on() })
            }
            CommandKind::VoidEmcFact => {
                json!({ "emc": emc(), "position": self.position("emc", 0), "reason": reason })
            }
            _ => return None,
        })
    }

    fn of_records(&self, kind: CommandKind) -> Option<Value> {
        let (export, statement) = (|| json!({ "id": self.id("export", 4) }), || self.id("statement", 4));
        let reason = "SOURCE_CORRECTED";
        Some(match kind {
            CommandKind::RecordExport | CommandKind::TakeOverExport => json!({ "details": self.declared() }),
            CommandKind::CorrectExport => {
                json!({ "export": export(), "details": self.declared(), "reason": reason })
            }
            CommandKind::VoidExport => json!({ "export": export(), "reason": reason }),
            CommandKind::RecordStatement => json!({ "details": self.stated() }),
            CommandKind::CorrectStatement => {
                json!({ "statement": statement(), "details": self.stated(), "reason": reason })
            }
            CommandKind::VoidStatement => json!({ "statement": statement(), "reason": reason }),
            CommandKind::PublishFigure => {
                let hash = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
                let position = (1 + self.below(0, 90)).to_string();
                let certificate = json!({
                    "hash": hash, "origin": "daftar.local", "position": position, "root": hash, "answerHash": hash,
                });
                json!({ "name": "صادرات", "on": self.day(1), "certificate": certificate })
            }
            CommandKind::WithdrawFigure => json!({ "figure": self.id("publication", 4), "reason": reason }),
            CommandKind::RotateKey => {
                let key = |number: u16| format!("daftar.local+{number:08x}+{}", "A".repeat(44));
                json!({ "adopted": key(self.below(0, 9)), "retired": key(self.below(1, 9)) })
            }
            CommandKind::ClosePeriod => match self.below(0, 3) {
                0 => json!({ "period": { "quarter": { "year": 1398, "quarter": 1 + self.below(1, 2) } } }),
                _ => json!({ "period": { "month": format!("1398-{:02}", 1 + self.below(1, 5)) } }),
            },
            CommandKind::RestateFact => {
                let kinds = [CommandKind::RecordExport, CommandKind::CorrectExport, CommandKind::VoidExport];
                let command = self.command(kinds[usize::from(self.below(5, 3))])?;
                json!({ "command": command, "reason": reason })
            }
            _ => return None,
        })
    }
}
