//! The mutations of exports: one for each command.

use async_graphql::{Context, InputObject, Object, OneofObject, Result, SimpleObject};
use daftar_domain::export::{
    CorrectExport, ExportCommand, ExportDetails, Exporter, RecordExport, TakeOverExport, VoidExport,
};
use daftar_domain::value::{
    CountryCode, CustomsOffice, Date, DeclarationNumber, HsCode, ItemNumber, Kilograms, Usd,
};

use super::Export;
use crate::history::ReasonCode;
use crate::input::{
    ConsortiumRef, Count, EmcRef, Entered, ExportRef, Fields, Given, MoneyInput, SmeRef, input,
};
use crate::submit::{self, CommandResult};

/// A company that exported.
#[derive(Debug, InputObject)]
pub struct EmcExporterInput {
    /// The company.
    emc: EmcRef,
    /// The unit that it acted for, under a mandate in force on the date.
    sme: Option<SmeRef>,
}

/// Who exported.
#[derive(Debug, OneofObject)]
pub enum ExporterInput {
    /// A unit in its own name.
    Sme(SmeRef),
    /// An export management company.
    Emc(EmcExporterInput),
}

impl Entered for ExporterInput {
    type Value = Exporter;

    fn read(self, fields: &mut Fields) -> Option<Exporter> {
        match self {
            Self::Sme(sme) => fields.at("sme", |fields| sme.read(fields)).map(Exporter::Sme),
            Self::Emc(exporter) => fields.at("emc", |fields| {
                let emc = fields.at("emc", |fields| exporter.emc.read(fields));
                let sme = fields.at("sme", |fields| exporter.sme.read(fields));
                Some(Exporter::Emc { emc: emc?, sme: sme? })
            }),
        }
    }
}

input! {
    /// What is declared of an export.
    value ExportDetailsInput => ExportDetails {
        /// Who exported.
        exporter: ExporterInput,
        /// The consortium that it went through.
        consortium: Option<ConsortiumRef>,
        /// The customs office.
        office: Given<CustomsOffice>,
        /// The declaration number (kotaj), 8 digits.
        declaration: Given<DeclarationNumber>,
        /// The item of the declaration, from 1.
        item: Count<ItemNumber>,
        /// The HS code, 8 digits.
        hs: Given<HsCode>,
        /// The country of destination, ISO 3166 alpha-2.
        destination: Given<CountryCode>,
        /// The net weight, in kg.
        net_weight: Given<Kilograms>,
        /// The value, in US dollars.
        value_usd: Given<Usd>,
        /// The value in the currency that was declared, where it isn't the dollar.
        value: Option<MoneyInput>,
        /// The date of the declaration.
        on: Given<Date>,
    }
}

input! {
    /// Records an export.
    command RecordExportInput => Export(ExportCommand::RecordExport) {
        ..details: ExportDetailsInput,
    }
}

input! {
    /// Takes over an export that was declared before the registry.
    command TakeOverExportInput => Export(ExportCommand::TakeOverExport) {
        ..details: ExportDetailsInput,
    }
}

input! {
    /// Replaces what is recorded of an export.
    reasoned CorrectExportInput => Export(ExportCommand::CorrectExport) {
        ..details: ExportDetailsInput,
        /// The export.
        export: ExportRef,
        /// Why.
        reason: ReasonCode,
    }
}

input! {
    /// Voids an export.
    reasoned VoidExportInput => Export(ExportCommand::VoidExport) {
        /// The export.
        export: ExportRef,
        /// Why.
        reason: ReasonCode,
    }
}

/// The answer to a command about an export.
#[derive(SimpleObject)]
pub struct ExportPayload {
    /// The export as it is once the command is recorded; null when nothing was.
    export: Option<Export>,
    #[graphql(flatten)]
    result: CommandResult,
}

submit::payload!(ExportPayload { export: Export });

/// Commands about exports.
#[derive(Default)]
pub struct ExportMutation;

#[Object]
impl ExportMutation {
    /// Records an export.
    async fn record_export(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: RecordExportInput,
    ) -> Result<ExportPayload> {
        submit::one(context, input).await
    }

    /// Takes over an export that was declared before the registry.
    async fn take_over_export(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: TakeOverExportInput,
    ) -> Result<ExportPayload> {
        submit::one(context, input).await
    }

    /// Replaces what is recorded of an export.
    async fn correct_export(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: CorrectExportInput,
    ) -> Result<ExportPayload> {
        submit::one(context, input).await
    }

    /// Voids an export.
    async fn void_export(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: VoidExportInput,
    ) -> Result<ExportPayload> {
        submit::one(context, input).await
    }
}
