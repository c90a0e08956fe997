//! Research and study projects: proposed, approved, paid by milestones, closed with results, or turned down.
//!
//! Guarantees the projects, budgets and payments of the tables, exactly, in the nine months and in each currency.

use daftar_domain::research::{
    AbandonResearch, ApproveResearch, CloseResearch, ExecutorKey, PayResearch, ProposeResearch,
    ReachResearchMilestone, RecordResearchResult, ResearchCommand, ResearchDetails, ResearchTopic,
    ResultKind, SetResearchMilestone,
};
use daftar_domain::value::{
    Currency, Date, MilestoneNumber, Moment, Money, OfficeCode, ParkKey, ReasonCode, ResearchCode,
    ResearchKey,
};
use rust_decimal::Decimal;

use super::apportion::{at_least, largest_remainder};
use super::calendar::{Pen, any_day, day};
use super::names::{Names, names, persian_number};
use super::park::Park;
use super::random::Random;
use super::totals::{
    PROVINCES, RESEARCH_APPROVED, RESEARCH_BUDGETS, RESEARCH_CLOSED, RESEARCH_IN_EUROS, RESEARCH_PROPOSED,
    RESEARCH_TURNED_DOWN, province_code,
};
use super::unit::Units;

const TOPICS: [(ResearchTopic, &str, &str); 8] = [
    (ResearchTopic::Exports, "شناسایی بازارهای صادراتی", "Export Markets"),
    (ResearchTopic::Markets, "زنجیره تأمین صنایع کوچک", "Supply Chains of Small Industries"),
    (ResearchTopic::Technology, "نوسازی فناوری تولید", "Renewal of Production Technology"),
    (ResearchTopic::Productivity, "ارتقای بهره‌وری واحدها", "Productivity of Units"),
    (ResearchTopic::Finance, "الگوهای تأمین مالی", "Models of Finance"),
    (ResearchTopic::Environment, "مدیریت پساب و انرژی", "Waste Water and Energy"),
    (ResearchTopic::Parks, "آمایش شهرک‌های صنعتی", "Siting of Industrial Parks"),
    (ResearchTopic::Policy, "بازنگری قوانین صنایع کوچک", "Laws of Small Industries"),
];

/// Universities and institutes.
const OFFICES: [&str; 8] =
    ["UT-ENG", "SHARIF-IND", "AUT-MNG", "IUT-IND", "FUM-ECO", "ITSR", "IROST", "NRI-ENERGY"];

/// A project, with all that its history needs.
pub(super) struct Research {
    pub(super) number: usize,
    topic: ResearchTopic,
    title: Names,
    executor: Executor,
    province: Option<usize>,
    smes: Vec<u32>,
    proposed: Date,
    end: End,
    /// The budget and the parts of it that are paid by the last day, in the smallest unit.
    budget: u64,
    paid: [u64; 2],
    currency: Currency,
}

#[derive(Clone, Copy, Debug)]
enum Executor {
    Unit(u32),
    Park(usize),
    Office(&'static str),
}

/// How far a project is in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Proposed,
    TurnedDown,
    UnderWay,
    Closed,
}

/// What happens to a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResearchAct {
    Propose,
    Approve,
    Set(u8, Date),
    Reach(u8),
    Pay(u8),
    Deliver,
    Close,
    Abandon,
}

/// Draws all projects.
pub(super) fn draw(seed: u64, parks: &[Park], units: &Units) -> Vec<Research> {
    let mut random = Random::new(seed, "research");
    let random = &mut random;
    let mut projects: Vec<Research> =
        (0..RESEARCH_PROPOSED).map(|place| project(random, place, parks, units)).collect();
    for ((currency, budget, paid), of) in
        RESEARCH_BUDGETS.into_iter().zip([RESEARCH_IN_EUROS..RESEARCH_APPROVED, 0..RESEARCH_IN_EUROS])
    {
        let currency: Currency = currency.parse().expect("three letters");
        let weights: Vec<u64> = of.clone().map(|_| random.between(40, 160) as u64).collect();
        let budgets = at_least(1, budget, &weights);
        let payments = largest_remainder(paid, &budgets);
        for (project, (budget, paid)) in projects[of].iter_mut().zip(budgets.into_iter().zip(payments)) {
            let first = paid / 3;
            (project.budget, project.paid, project.currency) = (budget, [first, paid - first], currency);
        }
    }
    projects
}

fn project(random: &mut Random, place: usize, parks: &[Park], units: &Units) -> Research {
    let (topic, persian, latin) = TOPICS[place % TOPICS.len()];
    let some_unit = |random: &mut Random| units.spare[random.below(units.spare.len())];
    let executor = match random.below(10) {
        0 | 1 => Executor::Unit(some_unit(random)),
        2 => Executor::Park(random.below(parks.len())),
        _ => Executor::Office(random.pick(&OFFICES)),
    };
    let mut smes: Vec<u32> = (0..random.below(4)).map(|_| some_unit(random)).collect();
    smes.sort_unstable();
    smes.dedup();
    let number = place + 1;
    let end = match place {
        _ if place < RESEARCH_CLOSED => End::Closed,
        _ if place < RESEARCH_APPROVED => End::UnderWay,
        _ if place < RESEARCH_APPROVED + RESEARCH_TURNED_DOWN => End::TurnedDown,
        _ => End::Proposed,
    };
    let latest = if end == End::Closed { day(1398, 3, 10) } else { day(1398, 7, 10) };
    Research {
        number,
        topic,
        title: names(&format!("{persian} {}", persian_number(number)), &format!("{latin} {number}")),
        executor,
        province: random.happens(600).then(|| random.below(PROVINCES.len())),
        smes,
        proposed: any_day(random, day(1398, 1, 18), latest),
        end,
        budget: 0,
        paid: [0; 2],
        currency: Currency::IRR,
    }
}

impl Research {
    fn key(&self) -> ResearchKey {
        ResearchKey::Code(self.code())
    }

    fn code(&self) -> ResearchCode {
        ResearchCode::parse(&format!("RS-1398-{:03}", self.number)).expect("a made-up code is a valid one")
    }

    /// Its history; tells each act with the moment at which it was recorded.
    pub(super) fn history(&self, random: &mut Random, mut tell: impl FnMut(Moment, Date, ResearchAct)) {
        let approved = self.proposed.plus_days(random.between(15, 45));
        let mut acts = vec![(self.proposed, ResearchAct::Propose)];
        match self.end {
            End::Proposed => {}
            End::TurnedDown => acts.push((approved, ResearchAct::Abandon)),
            End::UnderWay | End::Closed => {
                // The first milestone is reached within the nine months, the second where the project is closed.
                let [half, whole] = [approved.plus_days(30), approved.plus_days(80)];
                acts.push((approved, ResearchAct::Approve));
                acts.push((approved.plus_days(2), ResearchAct::Set(1, half)));
                acts.push((approved.plus_days(2), ResearchAct::Set(2, whole)));
                acts.push((half, ResearchAct::Reach(1)));
                acts.push((half.plus_days(3), ResearchAct::Pay(0)));
                acts.push((half.plus_days(10), ResearchAct::Pay(1)));
                if self.end == End::Closed {
                    acts.push((whole, ResearchAct::Reach(2)));
                    acts.push((whole.plus_days(5), ResearchAct::Deliver));
                    acts.push((whole.plus_days(15), ResearchAct::Close));
                }
            }
        }
        acts.sort_by_key(|(on, _)| *on);
        let mut pen = Pen::new();
        for (on, act) in acts {
            tell(pen.write(random, on, 3), on, act);
        }
    }

    /// The command of one of its acts.
    pub(super) fn command(
        &self,
        units: &Units,
        parks: &[Park],
        on: Date,
        act: ResearchAct,
    ) -> ResearchCommand {
        let research = self.key();
        let milestone = |number: u8| MilestoneNumber::new(number.into()).expect("one of two");
        match act {
            ResearchAct::Propose => {
                let details = self.details(units, parks);
                ResearchCommand::ProposeResearch(ProposeResearch { details, on })
            }
            ResearchAct::Approve => {
                let budget = self.money(self.budget);
                ResearchCommand::ApproveResearch(ApproveResearch { research, budget, on })
            }
            ResearchAct::Set(number, due) => {
                let (number, title) = (milestone(number), None);
                let set = SetResearchMilestone { research, number, title, due, on };
                ResearchCommand::SetResearchMilestone(set)
            }
            ResearchAct::Reach(number) => {
                let number = milestone(number);
                ResearchCommand::ReachResearchMilestone(ReachResearchMilestone { research, number, on })
            }
            ResearchAct::Pay(part) => {
                let (amount, milestone) = (self.money(self.paid[part as usize]), Some(milestone(1)));
                ResearchCommand::PayResearch(PayResearch { research, amount, milestone, on })
            }
            ResearchAct::Deliver => {
                let title = names(&format!("گزارش {}", self.title.persian), "Report").persian;
                let (kind, reference) = (ResultKind::Report, None);
                let result = RecordResearchResult { research, kind, title, reference, on };
                ResearchCommand::RecordResearchResult(result)
            }
            ResearchAct::Close => ResearchCommand::CloseResearch(CloseResearch { research, on }),
            ResearchAct::Abandon => {
                let reason = ReasonCode::ConditionNotMet;
                ResearchCommand::AbandonResearch(AbandonResearch { research, reason, on })
            }
        }
    }

    fn money(&self, units: u64) -> Money {
        let amount = Decimal::from_i128_with_scale(units.into(), self.currency.exponent().into());
        Money::new(amount, self.currency).expect("a made-up amount has the decimals of its currency")
    }

    fn details(&self, units: &Units, parks: &[Park]) -> ResearchDetails {
        let Names { persian, latin } = self.title.clone();
        let executor = match self.executor {
            Executor::Unit(unit) => ExecutorKey::Sme(units.all[unit as usize].key(parks)),
            Executor::Park(place) => ExecutorKey::Park(ParkKey::Code(parks[place].code())),
            Executor::Office(code) => {
                ExecutorKey::Office(OfficeCode::parse(code).expect("a made-up code is a valid one"))
            }
        };
        ResearchDetails {
            code: self.code(),
            title: persian,
            title_latin: Some(latin),
            topic: self.topic,
            executor,
            province: self.province.map(province_code),
            smes: self.smes.iter().map(|unit| units.all[*unit as usize].key(parks)).collect(),
        }
    }
}
