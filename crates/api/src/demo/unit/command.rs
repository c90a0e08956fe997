//! The commands that record what happens to a unit.

use daftar_domain::Command;
use daftar_domain::revival::{
    AbandonRevival, DiagnoseRevival, LenderKind, OpenRevival, PlanRevival, ReferRevival, RestartProduction,
    RevivalCommand, ReviveUnit, VerifyRestart,
};
use daftar_domain::sme::{
    ActivateSme, AdvancePlot, AllocatePlot, AmendSme, Capacity, GrantGrade, IdleSme, InspectSme,
    IssueEstablishmentLicence, IssueOperatingLicence, ReduceSme, RegisterSme, RepossessPlot, SmeCommand,
    SmeDetails,
};
use daftar_domain::value::{
    Currency, Date, Headcount, LicenceNumber, Money, Name, ParkKey, Percent, PlotNumber, Quantity,
    ReasonCode, RevivalId, SmeKey, SolarDate, SquareMetres,
};

use super::{CaseAct, Unit, UnitAct};
use crate::demo::names::Names;
use crate::demo::park::Park;
use crate::demo::totals::{Sector, province_code};

impl Unit {
    /// How commands name it.
    pub(in crate::demo) fn key(&self, parks: &[Park]) -> SmeKey {
        SmeKey::BusinessId(self.business_id(parks[self.park as usize].province))
    }

    /// The command of one of its acts; `revival` is its case, which acts of a case other than the opening name.
    pub(in crate::demo) fn command(
        &self,
        parks: &[Park],
        on: Date,
        act: UnitAct,
        revival: impl FnOnce() -> RevivalId,
    ) -> Command {
        let sme = self.key(parks);
        Command::Sme(match act {
            UnitAct::Case(act) => return Command::Revival(case(sme, on, act, revival)),
            UnitAct::Register => SmeCommand::RegisterSme(self.registration(parks, on)),
            UnitAct::Establish => SmeCommand::IssueEstablishmentLicence(IssueEstablishmentLicence {
                sme,
                number: self.licence(parks, 2, on),
                on,
                expires: on.plus_years(1),
            }),
            UnitAct::Inspect => SmeCommand::InspectSme(InspectSme { sme, on }),
            UnitAct::License { years } => SmeCommand::IssueOperatingLicence(IssueOperatingLicence {
                sme,
                number: self.licence(parks, 1, on),
                on,
                expires: on.plus_years(i32::from(years)),
                capacity: Some(self.capacity()),
            }),
            UnitAct::Activate(percent) => {
                SmeCommand::ActivateSme(ActivateSme { sme, utilisation: Some(percentage(percent)), on })
            }
            UnitAct::Reduce(percent) => {
                SmeCommand::ReduceSme(ReduceSme { sme, utilisation: Some(percentage(percent)), on })
            }
            UnitAct::Idle(reason) => SmeCommand::IdleSme(IdleSme { sme, reason, on }),
            UnitAct::Allocate { deadline } => SmeCommand::AllocatePlot(AllocatePlot {
                sme,
                park: ParkKey::Code(parks[self.park as usize].code()),
                plot: self.plot_number(),
                area: None,
                deadline,
                on,
            }),
            UnitAct::Advance(stage) => SmeCommand::AdvancePlot(AdvancePlot { sme, stage, on }),
            UnitAct::Repossess => {
                SmeCommand::RepossessPlot(RepossessPlot { sme, reason: ReasonCode::ConditionNotMet, on })
            }
            UnitAct::Grant { grade, until } => SmeCommand::GrantGrade(GrantGrade { sme, grade, on, until }),
            UnitAct::Recount => SmeCommand::AmendSme(AmendSme {
                headcount: Some(persons(self.headcount)),
                ..AmendSme::nothing(sme, on)
            }),
        })
    }

    fn registration(&self, parks: &[Park], on: Date) -> RegisterSme {
        let park = &parks[self.park as usize];
        let Names { persian, latin } = self.words.unit(self.sector, park.town);
        let headcount = if self.recounted() { self.headcount / 2 + 6 } else { self.headcount };
        let details = SmeDetails {
            business_id: self.business_id(park.province),
            legal_id: self.legal_id(),
            name: persian,
            name_latin: Some(latin),
            province: province_code(park.province),
            park: Some(ParkKey::Code(park.code())),
            plot: Some(self.plot_number()),
            plot_area: Some(SquareMetres::new(i64::from(self.plot_square_metres))),
            isic: format!("{:04}", self.isic).parse().expect("four digits"),
            headcount: Some(persons(headcount)),
        };
        RegisterSme { details, predecessor: None, on }
    }

    /// A hundred plots to a street.
    fn plot_number(&self) -> PlotNumber {
        let street = char::from(b'A' + (self.plot / 100 % 26) as u8);
        let number = format!("{street}{}", self.plot / 2_600 * 100 + self.plot % 100 + 1);
        PlotNumber::parse(&number).expect("a made-up plot number is a valid one")
    }

    fn licence(&self, parks: &[Park], kind: u8, on: Date) -> LicenceNumber {
        let province = parks[self.park as usize].province;
        let number = format!("{kind}{province:02}/{}/{}", SolarDate::from(on).year(), self.number + 1);
        LicenceNumber::parse(&number).expect("a made-up licence number is a valid one")
    }

    fn capacity(&self) -> Capacity {
        let unit = match self.sector {
            Sector::Metal | Sector::Chemical | Sector::Food => "تن",
            Sector::Mineral => "متر مربع",
            Sector::Cellulose | Sector::Textile => "هزار عدد",
            Sector::Electrical => "دستگاه",
            Sector::Services => "ساعت کار",
        };
        Capacity {
            amount: Quantity::new(self.capacity.into()).expect("a small whole number"),
            unit: Name::parse(unit).expect("a unit of capacity is a valid name"),
        }
    }
}

fn case(sme: SmeKey, on: Date, act: CaseAct, revival: impl FnOnce() -> RevivalId) -> RevivalCommand {
    if act == CaseAct::Open {
        return RevivalCommand::OpenRevival(OpenRevival { sme, on });
    }
    let revival = revival();
    match act {
        CaseAct::Open => unreachable!("handled above"),
        CaseAct::Diagnose(finding) => {
            RevivalCommand::DiagnoseRevival(DiagnoseRevival { revival, finding, on })
        }
        CaseAct::Plan => RevivalCommand::PlanRevival(PlanRevival { revival, on }),
        CaseAct::Refer(to, loan) => {
            let rials = i64::from(loan) * 1_000_000_000;
            let loan = (loan > 0).then(|| {
                Money::new(rials.into(), Currency::IRR).expect("a loan in whole rials is a sum of money")
            });
            let lender = loan.is_some().then_some(LenderKind::AdministeredFund);
            RevivalCommand::ReferRevival(ReferRevival { revival, to, loan, lender, on })
        }
        CaseAct::Restart => RevivalCommand::RestartProduction(RestartProduction { revival, on }),
        CaseAct::Verify => RevivalCommand::VerifyRestart(VerifyRestart { revival, on }),
        CaseAct::Revive { jobs, utilisation } => RevivalCommand::ReviveUnit(ReviveUnit {
            revival,
            jobs: persons(u32::from(jobs)),
            utilisation: Some(percentage(utilisation)),
            on,
        }),
        CaseAct::Abandon => RevivalCommand::AbandonRevival(AbandonRevival {
            revival,
            reason: ReasonCode::ConditionNotMet,
            on,
        }),
    }
}

fn percentage(percent: u8) -> Percent {
    Percent::new(u32::from(percent)).expect("a percentage of the set is at most 104")
}

fn persons(count: u32) -> Headcount {
    Headcount::new(count).expect("a headcount of the set is below 100")
}
