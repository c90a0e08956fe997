//! Many commands at once: every command is one variant of one input.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, OneofObject, Result, SimpleObject};
use daftar_domain::Command;
use daftar_domain::approval::ApprovalCommand;
use daftar_domain::consortium::ConsortiumCommand;
use daftar_domain::emc::EmcCommand;
use daftar_domain::envelope::EntityId;
use daftar_domain::export::ExportCommand;
use daftar_domain::park::ParkCommand;
use daftar_domain::period::PeriodCommand;
use daftar_domain::person::PersonCommand;
use daftar_domain::policy::Actor;
use daftar_domain::privacy::PrivacyCommand;
use daftar_domain::publication::PublicationCommand;
use daftar_domain::rejection::Code;
use daftar_domain::research::ResearchCommand;
use daftar_domain::revival::RevivalCommand;
use daftar_domain::signing::SigningCommand;
use daftar_domain::sme::SmeCommand;
use daftar_domain::statement::StatementCommand;
use daftar_domain::training::TrainingCommand;
use daftar_domain::vault::{Field, PersonalText};

use super::{CommandInput, CommandResult, Judged, Payload, ask, internal, personal, ready};
use crate::approval::mutation as approval;
use crate::auth::scope::actor;
use crate::consortium::mutation as consortium;
use crate::emc::mutation as emc;
use crate::error::{Fault, fault};
use crate::export::mutation as export;
use crate::input::{Calling, Fields};
use crate::node::Node;
use crate::park::mutation as park;
use crate::period::mutation as period;
use crate::person::mutation as person;
use crate::privacy;
use crate::publication::mutation as publication;
use crate::research::mutation as research;
use crate::revival::mutation as revival;
use crate::server::{Reached, Server};
use crate::signing;
use crate::sme::mutation as sme;
use crate::statement::mutation as statement;
use crate::training::mutation as training;
use crate::view::View;

/// Many commands at once.
#[derive(InputObject)]
pub struct SubmitInput {
    /// The commands, at most 500, in the order in which they are judged.
    commands: Vec<AnyCommandInput>,
}

macro_rules! commands {
    ($($(#[$doc:meta])+ $variant:ident = $field:literal: $module:ident::$input:ident, $noun:ident($sum:ident);)+) => {
        /// One command.
        #[derive(OneofObject)]
        #[graphql(name = "CommandInput")]
        pub enum AnyCommandInput { $($(#[$doc])+ $variant(Box<$module::$input>),)+ }

        impl AnyCommandInput {
            /// The mutation's name.
            pub fn field(&self) -> &'static str {
                match self { $(Self::$variant(_) => $field,)+ }
            }
        }

        impl CommandInput for AnyCommandInput {
            fn calling(&self) -> &dyn Calling {
                match self { $(Self::$variant(input) => input.calling(),)+ }
            }

            fn personal(&self) -> Vec<(Field, PersonalText)> {
                match self { $(Self::$variant(input) => input.personal(),)+ }
            }

            fn command(self, fields: &mut Fields) -> Option<Command> {
                match self { $(Self::$variant(input) => input.command(fields),)+ }
            }
        }

        /// The mutation of a command. It does not compile while a command has none; empty for what only the server asks.
        pub fn name_of(command: &Command) -> &'static str {
            match command {
                $(Command::$noun($sum::$variant(_)) => $field,)+
                Command::Privacy(PrivacyCommand::NoteReadings(_)) => "",
            }
        }

        /// Every mutation that is a command.
        pub const NAMES: &[&str] = &[$($field),+];
    };
}

commands! {
    /// Establishes a park or zone.
    EstablishPark = "establishPark": park::EstablishParkInput, Park(ParkCommand);
    /// Takes over a park or zone that existed before the registry.
    TakeOverPark = "takeOverPark": park::TakeOverParkInput, Park(ParkCommand);
    /// Changes what is recorded of a park.
    RevisePark = "revisePark": park::ReviseParkInput, Park(ParkCommand);
    /// Makes a park take listed industries only, or any again.
    SpecialisePark = "specialisePark": park::SpecialiseParkInput, Park(ParkCommand);
    /// Registers a unit.
    RegisterSme = "registerSme": sme::RegisterSmeInput, Sme(SmeCommand);
    /// Takes over a unit that existed before the registry.
    TakeOverSme = "takeOverSme": sme::TakeOverSmeInput, Sme(SmeCommand);
    /// Changes what is recorded of a unit.
    AmendSme = "amendSme": sme::AmendSmeInput, Sme(SmeCommand);
    /// Issues an establishment licence.
    IssueEstablishmentLicence = "issueEstablishmentLicence": sme::IssueEstablishmentLicenceInput, Sme(SmeCommand);
    /// Records an inspection that found the unit fit to operate.
    InspectSme = "inspectSme": sme::InspectSmeInput, Sme(SmeCommand);
    /// Issues an operating licence.
    IssueOperatingLicence = "issueOperatingLicence": sme::IssueOperatingLicenceInput, Sme(SmeCommand);
    /// Ends a licence before its time.
    RevokeLicence = "revokeLicence": sme::RevokeLicenceInput, Sme(SmeCommand);
    /// The unit produces.
    ActivateSme = "activateSme": sme::ActivateSmeInput, Sme(SmeCommand);
    /// The unit produces at a reduced rate.
    ReduceSme = "reduceSme": sme::ReduceSmeInput, Sme(SmeCommand);
    /// The unit stands idle.
    IdleSme = "idleSme": sme::IdleSmeInput, Sme(SmeCommand);
    /// Closes the unit for good.
    CloseSme = "closeSme": sme::CloseSmeInput, Sme(SmeCommand);
    /// Reports how far the construction of a unit with an establishment licence has come.
    ReportProgress = "reportProgress": sme::ReportProgressInput, Sme(SmeCommand);
    /// Extends the establishment licence in force, by a year at most, after progress that an inspection confirmed.
    ExtendEstablishmentLicence = "extendEstablishmentLicence": sme::ExtendEstablishmentLicenceInput, Sme(SmeCommand);
    /// Amends the operating licence in force for products, machinery, land or address.
    AmendOperatingLicence = "amendOperatingLicence": sme::AmendOperatingLicenceInput, Sme(SmeCommand);
    /// Allots a plot to a unit, which moves there if it lies elsewhere.
    AllocatePlot = "allocatePlot": sme::AllocatePlotInput, Sme(SmeCommand);
    /// Records that a unit's plot came to its next stage.
    AdvancePlot = "advancePlot": sme::AdvancePlotInput, Sme(SmeCommand);
    /// Terminates the contract of a plot whose deadline was missed, and takes the plot back.
    RepossessPlot = "repossessPlot": sme::RepossessPlotInput, Sme(SmeCommand);
    /// Grants a unit a knowledge-based grade.
    GrantGrade = "grantGrade": sme::GrantGradeInput, Sme(SmeCommand);
    /// Withdraws the knowledge-based grade of a unit before its time.
    WithdrawGrade = "withdrawGrade": sme::WithdrawGradeInput, Sme(SmeCommand);
    /// Merges a unit that was recorded twice into the record that stays; the answer tells the one that ends.
    MergeSmes = "mergeSmes": sme::MergeSmesInput, Sme(SmeCommand);
    /// Voids a dated fact of a unit: a status, a merge, or what is recorded of its licences, plot and grades.
    VoidSmeFact = "voidSmeFact": sme::VoidSmeFactInput, Sme(SmeCommand);
    /// Corrects the date of such a fact of a unit.
    RedateSmeFact = "redateSmeFact": sme::RedateSmeFactInput, Sme(SmeCommand);
    /// Opens a revival case.
    OpenRevival = "openRevival": revival::OpenRevivalInput, Revival(RevivalCommand);
    /// Records the diagnosis of an industrial clinic.
    DiagnoseRevival = "diagnoseRevival": revival::DiagnoseRevivalInput, Revival(RevivalCommand);
    /// Records that a plan was agreed.
    PlanRevival = "planRevival": revival::PlanRevivalInput, Revival(RevivalCommand);
    /// Refers the case, or grants a loan.
    ReferRevival = "referRevival": revival::ReferRevivalInput, Revival(RevivalCommand);
    /// Records that production was restarted.
    RestartProduction = "restartProduction": revival::RestartProductionInput, Revival(RevivalCommand);
    /// Records that the restart was verified on site.
    VerifyRestart = "verifyRestart": revival::VerifyRestartInput, Revival(RevivalCommand);
    /// Closes the case with success.
    ReviveUnit = "reviveUnit": revival::ReviveUnitInput, Revival(RevivalCommand);
    /// Closes the case without success.
    AbandonRevival = "abandonRevival": revival::AbandonRevivalInput, Revival(RevivalCommand);
    /// Voids a step, a referral or the end of a revival case.
    VoidRevivalFact = "voidRevivalFact": revival::VoidRevivalFactInput, Revival(RevivalCommand);
    /// Forms a consortium.
    FormConsortium = "formConsortium": consortium::FormConsortiumInput, Consortium(ConsortiumCommand);
    /// Takes over a consortium that existed before the registry.
    TakeOverConsortium = "takeOverConsortium": consortium::TakeOverConsortiumInput, Consortium(ConsortiumCommand);
    /// Takes over one more member.
    TakeOverMember = "takeOverMember": consortium::TakeOverMemberInput, Consortium(ConsortiumCommand);
    /// Takes over the phase that a consortium had reached.
    TakeOverPhase = "takeOverPhase": consortium::TakeOverPhaseInput, Consortium(ConsortiumCommand);
    /// Admits a unit.
    AdmitMember = "admitMember": consortium::AdmitMemberInput, Consortium(ConsortiumCommand);
    /// A unit leaves.
    ReleaseMember = "releaseMember": consortium::ReleaseMemberInput, Consortium(ConsortiumCommand);
    /// Constitutes the consortium.
    ConstituteConsortium = "constituteConsortium": consortium::ConstituteConsortiumInput, Consortium(ConsortiumCommand);
    /// The consortium starts to operate.
    StartConsortium = "startConsortium": consortium::StartConsortiumInput, Consortium(ConsortiumCommand);
    /// Dissolves the consortium.
    DissolveConsortium = "dissolveConsortium": consortium::DissolveConsortiumInput, Consortium(ConsortiumCommand);
    /// Changes what is recorded of a consortium.
    ReviseConsortium = "reviseConsortium": consortium::ReviseConsortiumInput, Consortium(ConsortiumCommand);
    /// Voids a membership or a phase.
    VoidConsortiumFact = "voidConsortiumFact": consortium::VoidConsortiumFactInput, Consortium(ConsortiumCommand);
    /// Gives a company the initial consent.
    ConsentEmc = "consentEmc": emc::ConsentEmcInput, Emc(EmcCommand);
    /// Takes over a company that existed before the registry.
    TakeOverEmc = "takeOverEmc": emc::TakeOverEmcInput, Emc(EmcCommand);
    /// Takes over one more mandate.
    TakeOverMandate = "takeOverMandate": emc::TakeOverMandateInput, Emc(EmcCommand);
    /// Ranks the company.
    RankEmc = "rankEmc": emc::RankEmcInput, Emc(EmcCommand);
    /// A unit gives the company a mandate.
    GrantMandate = "grantMandate": emc::GrantMandateInput, Emc(EmcCommand);
    /// A mandate ends before its time.
    EndMandate = "endMandate": emc::EndMandateInput, Emc(EmcCommand);
    /// Withdraws the consent.
    WithdrawConsent = "withdrawConsent": emc::WithdrawConsentInput, Emc(EmcCommand);
    /// Changes what is recorded of a company.
    ReviseEmc = "reviseEmc": emc::ReviseEmcInput, Emc(EmcCommand);
    /// Voids a rank, a mandate or a withdrawal.
    VoidEmcFact = "voidEmcFact": emc::VoidEmcFactInput, Emc(EmcCommand);
    /// Records an export.
    RecordExport = "recordExport": export::RecordExportInput, Export(ExportCommand);
    /// Takes over an export that was declared before the registry.
    TakeOverExport = "takeOverExport": export::TakeOverExportInput, Export(ExportCommand);
    /// Replaces what is recorded of an export.
    CorrectExport = "correctExport": export::CorrectExportInput, Export(ExportCommand);
    /// Voids an export.
    VoidExport = "voidExport": export::VoidExportInput, Export(ExportCommand);
    /// Plans a course or workshop.
    PlanTraining = "planTraining": training::PlanTrainingInput, Training(TrainingCommand);
    /// Takes over a course or workshop that was held before the registry.
    TakeOverTraining = "takeOverTraining": training::TakeOverTrainingInput, Training(TrainingCommand);
    /// Takes over one more participant of a course that was taken over.
    TakeOverEnrolment = "takeOverEnrolment": training::TakeOverEnrolmentInput, Training(TrainingCommand);
    /// Opens a course or workshop to participants.
    OpenTraining = "openTraining": training::OpenTrainingInput, Training(TrainingCommand);
    /// Enrols a participant in a course or workshop.
    EnrolInTraining = "enrolInTraining": training::EnrolInTrainingInput, Training(TrainingCommand);
    /// A participant withdraws from a course or workshop.
    WithdrawFromTraining = "withdrawFromTraining": training::WithdrawFromTrainingInput, Training(TrainingCommand);
    /// Records that a course or workshop was held.
    HoldTraining = "holdTraining": training::HoldTrainingInput, Training(TrainingCommand);
    /// Records the attendance of participants.
    RecordAttendance = "recordAttendance": training::RecordAttendanceInput, Training(TrainingCommand);
    /// Issues certificates of a course or workshop.
    IssueTrainingCertificates = "issueTrainingCertificates": training::IssueTrainingCertificatesInput, Training(TrainingCommand);
    /// Cancels a course or workshop.
    CancelTraining = "cancelTraining": training::CancelTrainingInput, Training(TrainingCommand);
    /// Changes what is recorded of a course or workshop.
    ReviseTraining = "reviseTraining": training::ReviseTrainingInput, Training(TrainingCommand);
    /// Voids a fact of a course or workshop.
    VoidTrainingFact = "voidTrainingFact": training::VoidTrainingFactInput, Training(TrainingCommand);
    /// Proposes a research project.
    ProposeResearch = "proposeResearch": research::ProposeResearchInput, Research(ResearchCommand);
    /// Takes over a research project that was approved before the registry.
    TakeOverResearch = "takeOverResearch": research::TakeOverResearchInput, Research(ResearchCommand);
    /// Approves a research project with a budget.
    ApproveResearch = "approveResearch": research::ApproveResearchInput, Research(ResearchCommand);
    /// Sets or moves a milestone of a research project.
    SetResearchMilestone = "setResearchMilestone": research::SetResearchMilestoneInput, Research(ResearchCommand);
    /// Records that a milestone of a research project was reached.
    ReachResearchMilestone = "reachResearchMilestone": research::ReachResearchMilestoneInput, Research(ResearchCommand);
    /// Pays a part of the budget of a research project.
    PayResearch = "payResearch": research::PayResearchInput, Research(ResearchCommand);
    /// Records what came out of a research project.
    RecordResearchResult = "recordResearchResult": research::RecordResearchResultInput, Research(ResearchCommand);
    /// Closes a research project.
    CloseResearch = "closeResearch": research::CloseResearchInput, Research(ResearchCommand);
    /// Abandons a research project.
    AbandonResearch = "abandonResearch": research::AbandonResearchInput, Research(ResearchCommand);
    /// Changes what is recorded of a research project.
    ReviseResearch = "reviseResearch": research::ReviseResearchInput, Research(ResearchCommand);
    /// Voids a fact of a research project.
    VoidResearchFact = "voidResearchFact": research::VoidResearchFactInput, Research(ResearchCommand);
    /// Records an official statement.
    RecordStatement = "recordStatement": statement::RecordStatementInput, Statement(StatementCommand);
    /// Replaces what is recorded of a statement.
    CorrectStatement = "correctStatement": statement::CorrectStatementInput, Statement(StatementCommand);
    /// Voids a statement that was never made.
    VoidStatement = "voidStatement": statement::VoidStatementInput, Statement(StatementCommand);
    /// Publishes a figure that a certificate binds to the record.
    PublishFigure = "publishFigure": publication::PublishFigureInput, Publication(PublicationCommand);
    /// Withdraws a published figure.
    WithdrawFigure = "withdrawFigure": publication::WithdrawFigureInput, Publication(PublicationCommand);
    /// Appoints a person.
    AppointPerson = "appointPerson": person::AppointPersonInput, Person(PersonCommand);
    /// Corrects what is known of a person.
    CorrectPerson = "correctPerson": person::CorrectPersonInput, Person(PersonCommand);
    /// Ends an appointment.
    EndAppointment = "endAppointment": person::EndAppointmentInput, Person(PersonCommand);
    /// Voids an appointment or the end of one.
    VoidPersonFact = "voidPersonFact": person::VoidPersonFactInput, Person(PersonCommand);
    /// Erases what is known of a person.
    ErasePerson = "erasePerson": person::ErasePersonInput, Person(PersonCommand);
    /// Erases the text of a reason.
    EraseText = "eraseText": privacy::EraseTextInput, Privacy(PrivacyCommand);
    /// Decides that one key takes the place of another.
    RotateKey = "rotateKey": signing::RotateKeyInput, Signing(SigningCommand);
    /// Closes a period.
    ClosePeriod = "closePeriod": period::ClosePeriodInput, Period(PeriodCommand);
    /// Records, corrects or voids a money fact of a closed period.
    RestateFact = "restateFact": period::RestateFactInput, Period(PeriodCommand);
    /// Proposes a command that takes two persons.
    ProposeCommand = "proposeCommand": approval::ProposeCommandInput, Approval(ApprovalCommand);
    /// Approves what another person has proposed.
    ApproveProposal = "approveProposal": approval::ApproveProposalInput, Approval(ApprovalCommand);
    /// Rejects what another person has proposed.
    RejectProposal = "rejectProposal": approval::RejectProposalInput, Approval(ApprovalCommand);
    /// Takes one's own proposal back.
    WithdrawProposal = "withdrawProposal": approval::WithdrawProposalInput, Approval(ApprovalCommand);
}

/// The command within another one, which has what belongs to the call.
pub(crate) fn inner(input: AnyCommandInput, fields: &mut Fields, what: &str) -> Option<Command> {
    let (call, text) = (input.calling().call(), input.calling().reason_text());
    if call.command_id.is_some() || call.expected_version.is_some() || call.dry_run || text.is_some() {
        let message =
            format!("a {what} command has no `commandId`, `expectedVersion`, `dryRun` and `reasonText`");
        fields.at("command", |fields| fields.refuse(Code::InvalidValue, message));
    }
    let field = input.field();
    fields.at("command", |fields| fields.at(field, |fields| input.command(fields)))
}

/// The answer to one of many commands.
#[derive(SimpleObject)]
pub struct CommandPayload {
    /// The entity that the command is about, as it is once all of the commands are recorded; null when nothing was
    /// recorded.
    entity: Option<Node>,
    #[graphql(flatten)]
    result: CommandResult,
}

impl Payload for CommandPayload {
    fn new(result: CommandResult, mut entities: impl Iterator<Item = EntityId>, view: &Arc<View>) -> Self {
        Self { entity: entities.next().and_then(|entity| Node::find(view, entity)), result }
    }
}

/// Many commands at once.
#[derive(Default)]
pub struct SubmitMutation;

#[Object]
impl SubmitMutation {
    /// Judges up to 500 commands, each on its own and in order, under one durable write; the answers are in the same
    /// order. A command that is refused does not stop the others. Those with `dryRun` are judged after the others.
    async fn submit(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The commands.")] input: SubmitInput,
    ) -> Result<Vec<Option<Result<CommandPayload>>>> {
        let SubmitInput { commands } = input;
        let server = context.data_unchecked::<Arc<Server>>();
        let limit = server.config.graphql.submit_max;
        if commands.len() > limit {
            let message = format!("{} commands in one submission, more than {limit}", commands.len());
            return Err(fault(Fault::TooManyCommands, message));
        }
        let names: Vec<_> = commands.iter().map(AnyCommandInput::field).collect();
        let judged = judge(server, actor(context), commands, &names).await?;
        let view = context.data_unchecked::<Reached>().renew(server);
        let path = |index: usize| ["input", "commands", &index.to_string(), names[index]].map(str::to_owned);
        let payloads = judged.into_iter().enumerate().map(|(index, judged)| {
            let path = path(index);
            Some(judged.payload(&path.each_ref().map(String::as_str), &view))
        });
        Ok(payloads.collect())
    }
}

/// Judges all commands: those that are to be recorded in one submission, those that are tried in another.
async fn judge(
    server: &Server,
    actor: &Actor,
    commands: Vec<AnyCommandInput>,
    names: &[&str],
) -> Result<Vec<Judged>> {
    let mut judged: Vec<Option<Judged>> = Vec::with_capacity(commands.len());
    let mut batches = [(false, Vec::new(), Vec::new()), (true, Vec::new(), Vec::new())];
    for (index, command) in commands.into_iter().enumerate() {
        let ready = match ready(actor, command, &["input", "commands", &index.to_string(), names[index]]) {
            Ok(ready) => personal::sealed(server, ready).await?,
            Err(unread) => Err(unread),
        };
        match ready {
            Err(refused) => judged.push(Some(refused)),
            Ok(ready) => {
                let (_, batch, indexes) = &mut batches[usize::from(ready.dry_run)];
                indexes.push((index, ready.submission.command_id));
                batch.push(ready);
                judged.push(None);
            }
        }
    }
    for (dry_run, batch, indexes) in batches {
        if batch.is_empty() {
            continue;
        }
        let answer = ask(server, batch, dry_run).await?;
        for ((index, id), outcome) in indexes.into_iter().zip(answer.outcomes) {
            judged[index] = Some(Judged::Answered(id, dry_run, outcome));
        }
    }
    judged
        .into_iter()
        .map(|judged| judged.ok_or_else(|| internal("the ledger left out an outcome")))
        .collect()
}
