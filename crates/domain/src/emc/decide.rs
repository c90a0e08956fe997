//! What is judged on the timeline of companies alone; whether a client is closed arrives from its own noun, and how
//! long the evaluation lasts from the table of limits.

use super::state::{Emc, Emcs, Mandate};
use super::{
    ConsentEmc, ConsentWithdrawn, EmcConsented, EmcDetails, EmcFactVoided, EmcRanked, EmcRejection,
    EmcRevised, EndMandate, MandateEnded, MandateGranted, RankEmc, ReviseEmc, TakeOverEmc, TakenOverRank,
    VoidEmcFact, WithdrawConsent,
};
use crate::EventData;
use crate::envelope::{Basis, Context, EntityId, Event, Position};
use crate::value::{Date, EmcId, EmcKey, SmeId};

type Decision = Result<Vec<Event>, EmcRejection>;

/// A unit that would give a mandate, as its own noun tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// The unit.
    pub sme: SmeId,
    /// Whether it is closed on the first day of the mandate.
    pub closed: bool,
}

/// The days of a mandate, and the fields that tell them.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    /// The first day.
    pub from: Date,
    /// The first day after it; open-ended when there is none.
    pub until: Option<Date>,
    paths: [&'static str; 3],
}

impl Term {
    /// The term of a command that is itself a mandate.
    pub fn of_command(from: Date, until: Option<Date>) -> Self {
        Self { from, until, paths: ["sme", "from", "until"] }
    }

    /// The term of a mandate within a command.
    pub fn within(from: Date, until: Option<Date>) -> Self {
        Self { from, until, paths: ["mandate.sme", "mandate.from", "mandate.until"] }
    }

    fn granted(&self, id: EmcId, sme: SmeId, basis: Basis) -> Event {
        Event::new(EntityId::Emc(id), self.from, MandateGranted { sme, until: self.until })
            .concerning(EntityId::Sme(sme))
            .on_basis(basis)
    }
}

impl Emc {
    fn event(&self, on: Date, data: impl Into<EventData>) -> Event {
        Event::new(EntityId::Emc(self.id), on, data)
    }

    fn judge_date(&self, on: Date, path: &'static str, context: &Context) -> Result<(), EmcRejection> {
        if on > context.today {
            return Err(EmcRejection::Future { path, date: on });
        }
        if on < self.consented {
            return Err(EmcRejection::BeforeConsent { path, consented: self.consented });
        }
        Ok(())
    }

    fn judge_consent(&self, on: Date, path: &'static str) -> Result<(), EmcRejection> {
        match self.withdrawn() {
            Some(withdrawn) if withdrawn <= on => Err(EmcRejection::Withdrawn { path, withdrawn }),
            _ => Ok(()),
        }
    }

    /// Rule 19.
    fn judge_rank(&self, on: Date, path: &'static str, years: Option<u32>) -> Result<(), EmcRejection> {
        let years = years.ok_or(EmcRejection::NoLimit { path, on })?;
        let earliest = self.consented.plus_years(i32::try_from(years).unwrap_or(i32::MAX));
        if on < earliest { Err(EmcRejection::RankTooEarly { path, earliest, years }) } else { Ok(()) }
    }

    fn judge_mandate(&self, client: Client, term: &Term, context: &Context) -> Result<(), EmcRejection> {
        let ([sme_path, from_path, until_path], from) = (term.paths, term.from);
        match term.until {
            Some(until) if until <= from => {
                return Err(EmcRejection::EndsBeforeItBegins { path: until_path, from, until });
            }
            _ => {}
        }
        self.judge_date(from, from_path, context)?;
        self.judge_consent(from, from_path)?;
        if client.closed {
            return Err(EmcRejection::UnitClosed { path: sme_path, on: from });
        }
        match self.overlapping(client.sme, from, term.until.unwrap_or(Date::MAX), Position::MIN) {
            Some(other) => Err(EmcRejection::DuplicateMandate { path: sme_path, from: other.from }),
            None => Ok(()),
        }
    }

    fn overlapping(&self, sme: SmeId, from: Date, until: Date, except: Position) -> Option<&Mandate> {
        self.mandates.iter().find(|mandate| {
            mandate.sme == sme && mandate.position != except && mandate.from < until && from < mandate.end()
        })
    }
}

impl Emcs {
    pub(crate) fn known(&self, key: &EmcKey) -> Result<&Emc, EmcRejection> {
        self.find(key).ok_or(EmcRejection::Unknown)
    }

    /// Decides `ConsentEmc`.
    ///
    /// # Errors
    /// `DUPLICATE_EMC`, `INVALID_DATE` (also for a trade card that is not valid on the day).
    pub fn consent(&self, command: &ConsentEmc, context: &Context) -> Decision {
        match command.details.trade_card_expires {
            Some(expires) if expires <= command.on => return Err(EmcRejection::CardExpired { expires }),
            _ => {}
        }
        Ok(vec![self.consented(&command.details, command.on, "on", context)?])
    }

    /// Decides `TakeOverEmc`; the client is that of `command.mandate`, `years` the length of the evaluation on the day
    /// of the rank. Whether the trade card was valid at the consent is not asked.
    ///
    /// # Errors
    /// `DUPLICATE_EMC`, `INVALID_DATE`, `RANK_TOO_EARLY`, `UNIT_CLOSED`.
    pub fn take_over(
        &self,
        command: &TakeOverEmc,
        client: Option<Client>,
        years: Option<u32>,
        context: &Context,
    ) -> Decision {
        let consented = self.consented(&command.details, command.consented, "consented", context)?;
        let id = context.new_id();
        let emc = Emc::new(id, command.consented);
        let mut events = vec![consented.on_basis(Basis::TakenOver)];
        if let Some(TakenOverRank { rank, on }) = command.rank {
            emc.judge_date(on, "rank.on", context)?;
            emc.judge_rank(on, "rank.on", years)?;
            events.push(emc.event(on, EmcRanked { rank }).on_basis(Basis::TakenOver));
        }
        if let (Some(mandate), Some(client)) = (&command.mandate, client) {
            let term = Term::within(mandate.from, mandate.until);
            events.extend(self.grant(&emc, client, &term, Basis::TakenOver, context)?);
        }
        Ok(events)
    }

    fn consented(
        &self,
        details: &EmcDetails,
        on: Date,
        path: &'static str,
        context: &Context,
    ) -> Result<Event, EmcRejection> {
        if self.has_code(&details.code) {
            return Err(EmcRejection::Duplicate(details.code.clone()));
        }
        if on > context.today {
            return Err(EmcRejection::Future { path, date: on });
        }
        let EmcDetails { code, name, name_latin, legal_id, trade_card, trade_card_expires } = details.clone();
        let consented = EmcConsented { code, name, name_latin, legal_id, trade_card, trade_card_expires };
        Ok(Event::new(EntityId::Emc(context.new_id()), on, consented))
    }

    /// Decides `RankEmc`; `years` is the length of the evaluation on that day. The rank that is in force on that day
    /// already records nothing.
    ///
    /// # Errors
    /// `RANK_TOO_EARLY`, `INVALID_DATE`, `WRONG_PHASE`.
    pub fn rank(&self, emc: &Emc, command: &RankEmc, years: Option<u32>, context: &Context) -> Decision {
        if command.on > context.today {
            return Err(EmcRejection::Future { path: "on", date: command.on });
        }
        emc.judge_rank(command.on, "on", years)?;
        emc.judge_consent(command.on, "on")?;
        if emc.rank_on(command.on) == Some(command.rank) {
            return Ok(Vec::new());
        }
        Ok(vec![emc.event(command.on, EmcRanked { rank: command.rank })])
    }

    /// Decides `GrantMandate` and `TakeOverMandate`.
    ///
    /// # Errors
    /// `INVALID_DATE`, `WRONG_PHASE`, `UNIT_CLOSED`, `DUPLICATE_MANDATE`.
    pub fn grant(&self, emc: &Emc, client: Client, term: &Term, basis: Basis, context: &Context) -> Decision {
        emc.judge_mandate(client, term, context)?;
        Ok(vec![term.granted(emc.id, client.sme, basis)])
    }

    /// Decides `EndMandate`.
    ///
    /// # Errors
    /// `NO_MANDATE` when none of the unit runs before and after the date, `INVALID_DATE`.
    pub fn end(&self, emc: &Emc, command: &EndMandate, sme: SmeId, context: &Context) -> Decision {
        let on = command.on;
        emc.judge_date(on, "on", context)?;
        let mandate = emc.mandates.iter().find(|mandate| mandate.can_end(sme, on));
        let mandate = mandate.ok_or(EmcRejection::NoMandate { on })?;
        let event = emc.event(on, MandateEnded { sme });
        Ok(vec![event.concerning(EntityId::Sme(sme)).because(command.reason).caused_by(mandate.position)])
    }

    /// Decides `WithdrawConsent`. It ends the mandates that run; its clients are among the entities concerned.
    ///
    /// # Errors
    /// `INVALID_DATE`; `WRONG_PHASE` when it is withdrawn already, or a rank or mandate begins later.
    pub fn withdraw(&self, emc: &Emc, command: &WithdrawConsent, context: &Context) -> Decision {
        let on = command.on;
        emc.judge_date(on, "on", context)?;
        if let Some(withdrawn) = emc.withdrawn() {
            return Err(EmcRejection::Withdrawn { path: "on", withdrawn });
        }
        let ranks = emc.ranks.iter().map(|entry| entry.effective);
        let mandates = emc.mandates.iter().map(|mandate| mandate.from);
        if let Some(on) = ranks.chain(mandates).find(|fact| *fact >= on) {
            return Err(EmcRejection::FactAfterWithdrawal { on });
        }
        let event = emc.event(on, ConsentWithdrawn {}).because(command.reason);
        let clients = emc.mandates_on(on).map(|mandate| EntityId::Sme(mandate.sme));
        Ok(vec![clients.fold(event, Event::concerning)])
    }

    /// Decides `ReviseEmc`. What changes nothing records nothing.
    ///
    /// # Errors
    /// `INVALID_DATE`, `WRONG_PHASE`.
    pub fn revise(&self, emc: &Emc, command: &ReviseEmc, context: &Context) -> Decision {
        emc.judge_date(command.on, "on", context)?;
        emc.judge_consent(command.on, "on")?;
        let ReviseEmc { name, name_latin, trade_card, trade_card_expires, on, .. } = command.clone();
        if name.is_none() && name_latin.is_none() && trade_card.is_none() && trade_card_expires.is_none() {
            return Ok(Vec::new());
        }
        Ok(vec![emc.event(on, EmcRevised { name, name_latin, trade_card, trade_card_expires })])
    }

    /// Decides `VoidEmcFact`: a rank, a mandate (and its end), the end of one, or the withdrawal.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE`, `ALREADY_VOIDED`; `DUPLICATE_MANDATE` when a mandate that is ended no more would overlap
    /// another one.
    pub fn void(&self, emc: &Emc, command: &VoidEmcFact) -> Decision {
        let position = command.position.0;
        if emc.voided.contains(&position) {
            return Err(EmcRejection::AlreadyVoided);
        }
        let (effective, sme) = emc.fact(position).ok_or(EmcRejection::UnknownFact)?;
        let voided = EmcFactVoided { position: command.position };
        let event = emc.event(effective, voided).because(command.reason).caused_by(position);
        let event = match sme {
            Some(sme) => event.concerning(EntityId::Sme(sme)),
            None => event,
        };
        let after = emc.after(&event);
        for mandate in &after.mandates {
            let other = after.overlapping(mandate.sme, mandate.from, mandate.end(), mandate.position);
            if let Some(other) = other {
                return Err(EmcRejection::DuplicateMandate { path: "position", from: other.from });
            }
        }
        Ok(vec![event])
    }
}

impl Emc {
    /// The date of a fact that can be voided, and the unit that it is about.
    fn fact(&self, position: Position) -> Option<(Date, Option<SmeId>)> {
        let withdrawal = self.withdrawn.filter(|(_, withdrawal)| *withdrawal == position);
        let rank = self.ranks.by_position(position).map(|entry| entry.effective);
        if let Some(on) = withdrawal.map(|(on, _)| on).or(rank) {
            return Some((on, None));
        }
        self.mandates.iter().find_map(|mandate| match mandate.ended {
            _ if mandate.position == position => Some((mandate.from, Some(mandate.sme))),
            Some((on, end)) if end == position => Some((on, Some(mandate.sme))),
            _ => None,
        })
    }
}
