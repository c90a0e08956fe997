//! Statements as far as rules ask, and what is judged of them: that each is possible, and none recorded twice.

use serde::{Deserialize, Serialize};

use super::{
    CorrectStatement, RecordStatement, StatementCommand, StatementCorrected, StatementDetails,
    StatementEvent, StatementFacts, StatementRecorded, StatementRejection, StatementVoided, VoidStatement,
};
use crate::EventData;
use crate::envelope::{Context, EntityId, Event, Position};
use crate::value::{Date, Index, StatementId, Table};

type Decision = Result<Vec<Event>, StatementRejection>;

impl StatementDetails {
    fn judge(&self, today: Date) -> Result<(), StatementRejection> {
        let Self { facts, on } = self;
        let StatementFacts { published_on, measure, period, figure, .. } = *facts;
        if published_on > today {
            return Err(StatementRejection::Future(published_on));
        }
        if *on > published_on {
            return Err(StatementRejection::Foretold(published_on));
        }
        match period {
            None if measure.is_of_period() => return Err(StatementRejection::NoPeriod(measure)),
            Some(_) if !measure.is_of_period() => return Err(StatementRejection::NeedlessPeriod(measure)),
            Some(period) if period.last_day() > *on => {
                return Err(StatementRejection::PeriodNotOver(period.last_day()));
            }
            _ => {}
        }
        if figure.unit() == measure.unit() && figure.is_possible() {
            Ok(())
        } else {
            Err(StatementRejection::Impossible { measure, figure })
        }
    }
}

/// A statement, as far as rules ask.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Statement {
    /// Its ID.
    pub id: StatementId,
    /// How many events it has.
    pub version: u32,
    /// The event that recorded what stands now: the last correction, else the recording.
    pub position: Position,
    /// Whether it is voided.
    pub voided: bool,
    #[serde(with = "crate::event::stored")]
    details: StatementDetails,
}

impl Statement {
    /// What was said, and as of when.
    pub fn details(&self) -> &StatementDetails {
        &self.details
    }

    fn judge_standing(&self) -> Result<(), StatementRejection> {
        if self.voided { Err(StatementRejection::AlreadyVoided) } else { Ok(()) }
    }
}

/// What a statement is looked up by: all that was said.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Said(#[serde(with = "crate::event::stored")] StatementDetails);

/// All statements.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Statements {
    table: Table<Statement>,
    by_id: Index<StatementId>,
    by_details: Index<Said>,
}

impl Statements {
    /// The statement with an ID.
    pub fn get(&self, id: StatementId) -> Option<&Statement> {
        self.by_id.get(&id).map(|row| self.table.get(row))
    }

    /// How many events a statement has; 0 for one that is not recorded.
    pub fn version(&self, id: StatementId) -> u32 {
        self.get(id).map_or(0, |statement| statement.version)
    }

    /// How many there are, voided ones included.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Every statement in the order of recording, voided ones included.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Statement> {
        self.table.iter()
    }

    /// The statement that says exactly this and is not voided.
    pub fn saying(&self, details: &StatementDetails) -> Option<&Statement> {
        let row = self.by_details.get(&Said(details.clone()))?;
        Some(self.table.get(row)).filter(|statement| !statement.voided)
    }

    fn known(&self, id: StatementId) -> Result<&Statement, StatementRejection> {
        self.get(id).ok_or(StatementRejection::Unknown)
    }

    /// Decides a command.
    ///
    /// # Errors
    /// Why it is rejected.
    pub fn decide(&self, command: &StatementCommand, context: &Context) -> Decision {
        match command {
            StatementCommand::RecordStatement(command) => self.record(command, context),
            StatementCommand::CorrectStatement(command) => self.correct(command, context),
            StatementCommand::VoidStatement(command) => self.void(command),
        }
    }

    /// Decides `RecordStatement`.
    ///
    /// # Errors
    /// `INVALID_DATE`, `MISSING_FIELD`, `INVALID_VALUE`, `DUPLICATE_STATEMENT`.
    pub fn record(&self, command: &RecordStatement, context: &Context) -> Decision {
        let details = &command.details;
        details.judge(context.today)?;
        if self.saying(details).is_some() {
            return Err(StatementRejection::Duplicate);
        }
        Ok(vec![event(context.new_id(), details.on, StatementRecorded(details.facts.clone()))])
    }

    /// Decides `CorrectStatement`. What changes nothing records nothing.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE`, `ALREADY_VOIDED`, and those of [`Statements::record`].
    pub fn correct(&self, command: &CorrectStatement, context: &Context) -> Decision {
        let statement = self.known(command.statement)?;
        statement.judge_standing()?;
        let details = &command.details;
        details.judge(context.today)?;
        match self.saying(details) {
            Some(same) if same.id == statement.id => return Ok(Vec::new()),
            Some(_) => return Err(StatementRejection::Duplicate),
            None => {}
        }
        let event = event(statement.id, details.on, StatementCorrected(details.facts.clone()));
        Ok(vec![event.because(command.reason).caused_by(statement.position)])
    }

    /// Decides `VoidStatement`.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE`, `ALREADY_VOIDED`.
    pub fn void(&self, command: &VoidStatement) -> Decision {
        let statement = self.known(command.statement)?;
        statement.judge_standing()?;
        let event = event(statement.id, statement.details.on, StatementVoided {});
        Ok(vec![event.because(command.reason).caused_by(statement.position)])
    }

    /// Applies an event.
    pub fn evolve(&mut self, id: StatementId, event: &StatementEvent, on: Date, position: Position) {
        match event {
            StatementEvent::StatementRecorded(StatementRecorded(facts)) => {
                let details = StatementDetails { facts: facts.clone(), on };
                let said = Said(details.clone());
                let row = self.table.push(Statement { id, version: 1, position, voided: false, details });
                self.by_id.insert(id, row);
                self.by_details.insert(said, row);
            }
            StatementEvent::StatementCorrected(StatementCorrected(facts)) => {
                let row = self.row(id);
                let statement = self.table.get_mut(row);
                let details = StatementDetails { facts: facts.clone(), on };
                let was = std::mem::replace(&mut statement.details, details.clone());
                (statement.version, statement.position) = (statement.version + 1, position);
                self.forget(Said(was), row);
                self.by_details.insert(Said(details), row);
            }
            StatementEvent::StatementVoided(_) => {
                let row = self.row(id);
                let statement = self.table.get_mut(row);
                (statement.version, statement.voided) = (statement.version + 1, true);
                let was = Said(statement.details.clone());
                self.forget(was, row);
            }
        }
    }

    fn row(&self, id: StatementId) -> u32 {
        self.by_id.get(&id).expect("an event follows its statement's recording")
    }

    fn forget(&mut self, said: Said, row: u32) {
        if self.by_details.get(&said) == Some(row) {
            self.by_details.remove(&said);
        }
    }
}

fn event(id: StatementId, on: Date, data: impl Into<EventData>) -> Event {
    Event::new(EntityId::Statement(id), on, data)
}
