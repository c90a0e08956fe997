//! The table of commands and roles.

use super::{Role, Roles};
use crate::Command;
use crate::approval::ApprovalCommand;
use crate::consortium::ConsortiumCommand;
use crate::emc::EmcCommand;
use crate::export::ExportCommand;
use crate::park::ParkCommand;
use crate::period::PeriodCommand;
use crate::person::PersonCommand;
use crate::privacy::PrivacyCommand;
use crate::publication::PublicationCommand;
use crate::research::ResearchCommand;
use crate::revival::RevivalCommand;
use crate::signing::SigningCommand;
use crate::sme::SmeCommand;
use crate::statement::StatementCommand;
use crate::training::TrainingCommand;

/// Who may record a command, and who may approve it where that takes two persons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The roles that record it, or propose it where `approves` names any.
    pub records: Roles,
    /// The roles that approve it; none where one person is enough.
    pub approves: Roles,
}

/// What a role may do with a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Not this role.
    Denied,
    /// Alone.
    Allowed,
    /// Alone, where it concerns the actor's own provinces only.
    WithinProvinces,
    /// Proposes it, for another person to approve.
    Proposes,
    /// Approves what another person has proposed.
    Approves,
    /// Either, but never both for one proposal.
    ProposesOrApproves,
    /// Either within the actor's own provinces, but never both for one proposal.
    ProposesOrApprovesWithinProvinces,
    /// Proposes it within the actor's own provinces.
    ProposesWithinProvinces,
    /// Approves it within the actor's own provinces.
    ApprovesWithinProvinces,
}

impl Verdict {
    /// In words, for the printed table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "no",
            Self::Allowed => "yes",
            Self::WithinProvinces => "own provinces",
            Self::Proposes => "proposes",
            Self::Approves => "approves",
            Self::ProposesOrApproves => "proposes or approves",
            Self::ProposesOrApprovesWithinProvinces => "proposes or approves, own provinces",
            Self::ProposesWithinProvinces => "proposes, own provinces",
            Self::ApprovesWithinProvinces => "approves, own provinces",
        }
    }
}

macro_rules! kinds {
    ($($noun:ident($sum:ident) { $($kind:ident by $row:expr;)+ })+) => {
        /// What is asked, without its input.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum CommandKind { $($(
            #[doc = concat!("`", stringify!($kind), "`.")]
            $kind,
        )+)+ }

        impl CommandKind {
            /// Every kind, in the order of the table.
            pub const ALL: &'static [Self] = &[$($(Self::$kind),+),+];

            /// The kind of a command. It doesn't compile while a command has no row.
            pub fn of(command: &Command) -> Self {
                match command { $($(Command::$noun($sum::$kind(_)) => Self::$kind,)+)+ }
            }

            /// The command's name, as it stands in its canonical input.
            pub fn as_str(self) -> &'static str {
                match self { $($(Self::$kind => stringify!($kind),)+)+ }
            }

            /// Who may record and approve it.
            pub fn row(self) -> Row {
                match self { $($(Self::$kind => $row,)+)+ }
            }
        }
    };
}

/// One person of these roles is enough.
const fn alone(records: &[Role]) -> Row {
    Row { records: Roles::of(records).with(Role::Local).with(Role::System), approves: Roles::NONE }
}

/// One person proposes and another one approves.
const fn two(proposes: &[Role], approves: &[Role]) -> Row {
    Row { records: Roles::of(proposes).with(Role::Local).with(Role::System), approves: Roles::of(approves) }
}

use Role::{Administrator, ExportOfficer, Operator, PrivacyOfficer, ProgrammeOfficer};

/// The proposals themselves: what they propose is judged by its own row.
const PROPOSALS: Row = Row {
    records: Roles::of(&[Operator, ExportOfficer, ProgrammeOfficer, PrivacyOfficer, Administrator]),
    approves: Roles::NONE,
};

kinds! {
    Park(ParkCommand) {
        EstablishPark by alone(&[Operator]);
        TakeOverPark by alone(&[Operator]);
        RevisePark by alone(&[Operator]);
        SpecialisePark by alone(&[Operator]);
    }
    Sme(SmeCommand) {
        RegisterSme by alone(&[Operator]);
        TakeOverSme by alone(&[Operator]);
        AmendSme by alone(&[Operator]);
        IssueEstablishmentLicence by alone(&[Operator]);
        InspectSme by alone(&[Operator]);
        IssueOperatingLicence by alone(&[Operator]);
        RevokeLicence by alone(&[Operator]);
        ReportProgress by alone(&[Operator]);
        ExtendEstablishmentLicence by alone(&[Operator]);
        AmendOperatingLicence by alone(&[Operator]);
        AllocatePlot by alone(&[Operator]);
        AdvancePlot by alone(&[Operator]);
        RepossessPlot by alone(&[Operator]);
        GrantGrade by alone(&[Operator, ProgrammeOfficer]);
        WithdrawGrade by alone(&[Operator, ProgrammeOfficer]);
        ActivateSme by alone(&[Operator]);
        ReduceSme by alone(&[Operator]);
        IdleSme by alone(&[Operator]);
        CloseSme by alone(&[Operator]);
        MergeSmes by two(&[Operator], &[Operator, Administrator]);
        VoidSmeFact by two(&[Operator], &[Operator, Administrator]);
        RedateSmeFact by alone(&[Operator]);
    }
    Revival(RevivalCommand) {
        OpenRevival by alone(&[Operator, ProgrammeOfficer]);
        DiagnoseRevival by alone(&[Operator, ProgrammeOfficer]);
        PlanRevival by alone(&[Operator, ProgrammeOfficer]);
        ReferRevival by alone(&[Operator, ProgrammeOfficer]);
        RestartProduction by alone(&[Operator, ProgrammeOfficer]);
        VerifyRestart by alone(&[Operator, ProgrammeOfficer]);
        ReviveUnit by alone(&[Operator, ProgrammeOfficer]);
        AbandonRevival by alone(&[Operator, ProgrammeOfficer]);
        VoidRevivalFact by two(&[Operator, ProgrammeOfficer], &[Operator, ProgrammeOfficer, Administrator]);
    }
    Consortium(ConsortiumCommand) {
        FormConsortium by alone(&[ProgrammeOfficer]);
        TakeOverConsortium by alone(&[ProgrammeOfficer]);
        TakeOverMember by alone(&[ProgrammeOfficer]);
        TakeOverPhase by alone(&[ProgrammeOfficer]);
        AdmitMember by alone(&[ProgrammeOfficer]);
        ReleaseMember by alone(&[ProgrammeOfficer]);
        ConstituteConsortium by alone(&[ProgrammeOfficer]);
        StartConsortium by alone(&[ProgrammeOfficer]);
        DissolveConsortium by two(&[ProgrammeOfficer], &[ProgrammeOfficer, Administrator]);
        ReviseConsortium by alone(&[ProgrammeOfficer]);
        VoidConsortiumFact by two(&[ProgrammeOfficer], &[ProgrammeOfficer, Administrator]);
    }
    Emc(EmcCommand) {
        ConsentEmc by alone(&[ProgrammeOfficer]);
        TakeOverEmc by alone(&[ProgrammeOfficer]);
        TakeOverMandate by alone(&[ProgrammeOfficer]);
        RankEmc by alone(&[ProgrammeOfficer]);
        GrantMandate by alone(&[ProgrammeOfficer]);
        EndMandate by alone(&[ProgrammeOfficer]);
        WithdrawConsent by alone(&[ProgrammeOfficer]);
        ReviseEmc by alone(&[ProgrammeOfficer]);
        VoidEmcFact by two(&[ProgrammeOfficer], &[ProgrammeOfficer, Administrator]);
    }
    Export(ExportCommand) {
        RecordExport by alone(&[ExportOfficer]);
        TakeOverExport by alone(&[ExportOfficer]);
        CorrectExport by alone(&[ExportOfficer]);
        VoidExport by two(&[ExportOfficer], &[ExportOfficer]);
    }
    Training(TrainingCommand) {
        PlanTraining by alone(&[ProgrammeOfficer]);
        TakeOverTraining by alone(&[ProgrammeOfficer]);
        TakeOverEnrolment by alone(&[ProgrammeOfficer]);
        OpenTraining by alone(&[ProgrammeOfficer]);
        EnrolInTraining by alone(&[ProgrammeOfficer]);
        WithdrawFromTraining by alone(&[ProgrammeOfficer]);
        HoldTraining by alone(&[ProgrammeOfficer]);
        RecordAttendance by alone(&[ProgrammeOfficer]);
        IssueTrainingCertificates by alone(&[ProgrammeOfficer]);
        CancelTraining by alone(&[ProgrammeOfficer]);
        ReviseTraining by alone(&[ProgrammeOfficer]);
        VoidTrainingFact by two(&[ProgrammeOfficer], &[ProgrammeOfficer, Administrator]);
    }
    Research(ResearchCommand) {
        ProposeResearch by alone(&[ProgrammeOfficer]);
        TakeOverResearch by alone(&[ProgrammeOfficer]);
        ApproveResearch by alone(&[ProgrammeOfficer]);
        SetResearchMilestone by alone(&[ProgrammeOfficer]);
        ReachResearchMilestone by alone(&[ProgrammeOfficer]);
        PayResearch by alone(&[ProgrammeOfficer]);
        RecordResearchResult by alone(&[ProgrammeOfficer]);
        CloseResearch by alone(&[ProgrammeOfficer]);
        AbandonResearch by alone(&[ProgrammeOfficer]);
        ReviseResearch by alone(&[ProgrammeOfficer]);
        VoidResearchFact by two(&[ProgrammeOfficer], &[ProgrammeOfficer, Administrator]);
    }
    Statement(StatementCommand) {
        RecordStatement by alone(&[ExportOfficer, ProgrammeOfficer]);
        CorrectStatement by alone(&[ExportOfficer, ProgrammeOfficer]);
        VoidStatement by two(&[ExportOfficer, ProgrammeOfficer], &[ExportOfficer, ProgrammeOfficer, Administrator]);
    }
    Publication(PublicationCommand) {
        PublishFigure by two(&[ExportOfficer, ProgrammeOfficer, Administrator], &[Administrator]);
        WithdrawFigure by two(&[ExportOfficer, ProgrammeOfficer, Administrator], &[Administrator]);
    }
    Person(PersonCommand) {
        AppointPerson by alone(&[Operator, ProgrammeOfficer]);
        CorrectPerson by alone(&[Operator, ProgrammeOfficer, PrivacyOfficer]);
        EndAppointment by alone(&[Operator, ProgrammeOfficer]);
        VoidPersonFact by two(&[Operator, ProgrammeOfficer], &[Operator, ProgrammeOfficer, Administrator]);
        ErasePerson by two(&[PrivacyOfficer], &[PrivacyOfficer, Administrator]);
    }
    Privacy(PrivacyCommand) {
        NoteReadings by Row { records: Roles::of(&[Role::System]), approves: Roles::NONE };
        EraseText by two(&[PrivacyOfficer], &[PrivacyOfficer, Administrator]);
    }
    Signing(SigningCommand) {
        RotateKey by two(&[Administrator], &[Administrator]);
    }
    Period(PeriodCommand) {
        ClosePeriod by two(&[Administrator], &[Administrator]);
        RestateFact by two(&[Operator, ExportOfficer, ProgrammeOfficer], &[Administrator]);
    }
    Approval(ApprovalCommand) {
        ProposeCommand by PROPOSALS;
        ApproveProposal by PROPOSALS;
        RejectProposal by PROPOSALS;
        WithdrawProposal by PROPOSALS;
    }
}

impl CommandKind {
    /// Whether it takes two persons, where an identity provider is configured.
    pub fn is_sensitive(self) -> bool {
        !self.row().approves.is_empty()
    }

    /// Who may record and approve a command. Restating a fact takes the right to record it, too.
    pub fn row_of(command: &Command) -> Row {
        let row = Self::of(command).row();
        match command {
            Command::Period(PeriodCommand::RestateFact(restate)) => {
                Row { records: row.records.both(Self::row_of(&restate.command).records), ..row }
            }
            _ => row,
        }
    }

    /// What a role may do with it.
    pub fn verdict(self, role: Role) -> Verdict {
        let Row { records, approves } = self.row();
        let (records, approving, scoped) =
            (records.contains(role), approves.contains(role), role.is_scoped());
        if approves.is_empty() || role.is_alone() {
            return match (records, scoped) {
                (false, _) => Verdict::Denied,
                (true, false) => Verdict::Allowed,
                (true, true) => Verdict::WithinProvinces,
            };
        }
        match (records, approving, scoped) {
            (false, false, _) => Verdict::Denied,
            (true, false, false) => Verdict::Proposes,
            (true, false, true) => Verdict::ProposesWithinProvinces,
            (false, true, false) => Verdict::Approves,
            (false, true, true) => Verdict::ApprovesWithinProvinces,
            (true, true, false) => Verdict::ProposesOrApproves,
            (true, true, true) => Verdict::ProposesOrApprovesWithinProvinces,
        }
    }
}
