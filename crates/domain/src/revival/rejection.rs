//! Why a command about a revival case is rejected.

use crate::envelope::Position;
use crate::rejection::{Code, Coded};
use crate::sme::{Breach, Broken, code_of, code_of_later};
use crate::value::Date;

use super::Step;

/// Why a command about a revival case is rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RevivalRejection {
    /// The date lies in the future.
    #[error("{0} lies in the future")]
    Future(Date),
    /// A step before the case was opened.
    #[error("the case was opened on {0}, after that date")]
    BeforeOpening(Date),
    /// The end of a case before one of its steps.
    #[error("a step of the case is recorded for {0}, after that date")]
    BeforeStep(Date),
    /// The case has ended.
    #[error("the case ended on {0}")]
    Ended(Date),
    /// The step is recorded already.
    #[error("the {step} of the case is recorded for {on}")]
    Repeated {
        /// Which.
        step: Step,
        /// Its day.
        on: Date,
    },
    /// A step that has to come before is not recorded for that day or an earlier one.
    #[error("no {0} is recorded for that day or before")]
    StepMissing(Step),
    /// A loan of nothing.
    #[error("a loan is more than nothing")]
    EmptyLoan,
    /// A lender without a loan.
    #[error("a lender is told of a loan only")]
    LenderOfNothing,
    /// The fact was voided before.
    #[error("the fact at position {0} is voided already")]
    AlreadyVoided(Position),
    /// No fact of this case that can be voided.
    #[error("position {0} records no step, referral or end of this case")]
    NoFact(Position),
    /// A step on which a later one rests.
    #[error("a later step rests on the {0}")]
    Needed(Step),
    /// The unit was closed meanwhile; such a case is abandoned.
    #[error("the unit is closed")]
    UnitClosed,
    /// The timeline of the unit does not bear it on that day.
    #[error("{0}")]
    Unit(Breach),
    /// A fact that is recorded for a later day would lose its ground.
    #[error("what is recorded for {effective} would not hold: {breach}")]
    Undercuts {
        /// The field.
        path: &'static str,
        /// The day of the later fact.
        effective: Date,
        /// What it would break.
        breach: Breach,
    },
}

impl From<Broken> for RevivalRejection {
    fn from(broken: Broken) -> Self {
        let Broken { position, effective, breach } = broken;
        if position.is_none() {
            Self::Unit(breach)
        } else {
            Self::Undercuts { path: "on", effective, breach }
        }
    }
}

impl Coded for RevivalRejection {
    fn code(&self) -> Code {
        match self {
            Self::Future(_) | Self::BeforeOpening(_) | Self::BeforeStep(_) => Code::InvalidDate,
            Self::Ended(_) | Self::Repeated { .. } => Code::WrongPhase,
            Self::StepMissing(_) => Code::RevivalStepMissing,
            Self::EmptyLoan => Code::InvalidValue,
            Self::LenderOfNothing => Code::MissingField,
            Self::AlreadyVoided(_) => Code::AlreadyVoided,
            Self::NoFact(_) => Code::UnknownReference,
            Self::Needed(_) => Code::RevivalStepMissing,
            Self::UnitClosed => Code::UnitClosed,
            Self::Unit(breach) => code_of(*breach),
            Self::Undercuts { breach, .. } => code_of_later(*breach),
        }
    }

    fn path(&self) -> String {
        match self {
            Self::Future(_) | Self::BeforeOpening(_) | Self::BeforeStep(_) => "on",
            Self::Ended(_) | Self::Repeated { .. } | Self::StepMissing(_) | Self::UnitClosed => "revival",
            Self::EmptyLoan | Self::LenderOfNothing => "loan",
            Self::AlreadyVoided(_) | Self::NoFact(_) | Self::Needed(_) => "position",
            Self::Unit(Breach::NotRegistered) => "on",
            Self::Undercuts { path, .. } => path,
            Self::Unit(_) => "sme",
        }
        .to_owned()
    }
}
