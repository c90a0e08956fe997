//! Export management companies: consent, trade card, ranks, mandates.

use daftar_domain::emc::{
    ConsentEmc, EmcCommand, EmcDetails, EndMandate, GrantMandate, Rank, RankEmc, ReviseEmc,
};
use daftar_domain::export::Channel;
use daftar_domain::value::{Date, EmcCode, EmcKey, Moment, ReasonCode, TradeCardNumber};

use super::{Way, take_spare, through};
use crate::demo::calendar::{Pen, any_day, day};
use crate::demo::names::{Names, Words};
use crate::demo::park::Park;
use crate::demo::random::Random;
use crate::demo::totals::{CLIENTS, EMCS, Sector, period};
use crate::demo::trade::{Part, Pool};
use crate::demo::unit::{Units, legal_id};

/// A company, with all that its history needs.
pub(in crate::demo) struct Emc {
    pub(in crate::demo) number: usize,
    words: Words,
    consented: Date,
    mandates: Vec<Mandate>,
}

#[derive(Clone, Copy, Debug)]
struct Mandate {
    unit: u32,
    from: Date,
    until: Option<Date>,
    /// Ended before its time.
    ended: Option<Date>,
}

/// What happens to a company. Mandates are named by their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::demo) enum EmcAct {
    Consent,
    Renew,
    Rank(Rank),
    Grant(u16),
    End(u16),
}

/// Draws the companies, and by rank the way of those that export through one.
pub(in crate::demo) fn draw(
    seed: u64,
    units: &mut Units,
    pools: &[Pool],
    parts: &[Vec<Part>],
) -> (Vec<Emc>, Vec<Option<Way>>) {
    let mut random = Random::new(seed, "companies");
    let mut emcs: Vec<Emc> = (0..EMCS)
        .map(|place| Emc {
            number: place + 1,
            words: Words::draw(&mut random, Sector::Services),
            consented: any_day(&mut random, day(1387, 2, 1), day(1395, 8, 20)),
            mandates: Vec::new(),
        })
        .collect();
    let exporters: Vec<(usize, u32)> =
        through(Channel::Emc, pools, parts, &units.exporters).map(|(rank, unit, _)| (rank, unit)).collect();
    let mut ways = vec![None; parts.len()];
    for (turn, (rank, unit)) in exporters.iter().enumerate() {
        let place = turn % EMCS;
        let from = emcs[place].grant(&mut random, units, *unit, day(1396, 9, 1));
        ways[*rank] = Some(Way { place, since: from.plus_days(30) });
    }
    let mut clients = Vec::new();
    for (sector, percent) in
        [(Sector::Food, 40), (Sector::Chemical, 30), (Sector::Metal, 15), (Sector::Textile, 15)]
    {
        clients.extend(take_spare(units, sector, (CLIENTS - exporters.len()) * percent / 100 + 30));
    }
    random.shuffle(&mut clients);
    for turn in exporters.len()..CLIENTS {
        let unit = clients.pop().expect("more were taken than are needed");
        emcs[turn % EMCS].grant(&mut random, units, unit, day(1398, 6, 20));
    }
    for unit in clients {
        let place = random.below(EMCS);
        emcs[place].grant_past(&mut random, units, unit);
    }
    (emcs, ways)
}

impl Emc {
    /// A mandate that is in force on the last day; tells its first day, which is not after `latest`.
    fn grant(&mut self, random: &mut Random, units: &Units, unit: u32, latest: Date) -> Date {
        let ready = units.all[unit as usize].built.activated.plus_days(90);
        let from = any_day(random, self.consented.plus_days(30).max(ready), latest);
        let until = random.happens(500).then(|| day(1399, 6, 1).plus_days(random.between(0, 700)));
        self.mandates.push(Mandate { unit, from, until, ended: None });
        from
    }

    /// A mandate that ran out, or was ended, before 1398.
    fn grant_past(&mut self, random: &mut Random, units: &Units, unit: u32) {
        let ready = units.all[unit as usize].built.activated.plus_days(90);
        let from = any_day(random, self.consented.plus_days(30).max(ready), day(1396, 3, 1));
        let until = from.plus_days(random.between(365, 560));
        let ended = random.happens(250).then(|| from.plus_days(random.between(90, 330)));
        self.mandates.push(Mandate { unit, from, until: Some(until), ended });
    }

    /// How commands name it.
    pub(in crate::demo) fn key(&self) -> EmcKey {
        EmcKey::Code(self.code())
    }

    fn code(&self) -> EmcCode {
        EmcCode::parse(&format!("EMC-{:03}", self.number)).expect("a made-up code is a valid one")
    }

    /// Its history; tells each act with the moment at which it was recorded.
    pub(in crate::demo) fn history(&self, random: &mut Random, mut tell: impl FnMut(Moment, Date, EmcAct)) {
        let last = period().last_day();
        let mut acts = vec![(self.consented, EmcAct::Consent)];
        let mut rank_on = self.consented.plus_years(2).plus_days(random.between(5, 200));
        for rank in [Rank::Third, Rank::Second, Rank::First] {
            if rank_on.plus_days(30) > last || (rank != Rank::Third && random.happens(450)) {
                break;
            }
            acts.push((rank_on, EmcAct::Rank(rank)));
            rank_on = rank_on.plus_years(2).plus_days(random.between(5, 400));
        }
        let renewals = (1..).map(|times| self.consented.plus_years(5 * times).plus_days(-20));
        acts.extend(renewals.take_while(|on| *on < last).map(|on| (on, EmcAct::Renew)));
        for (place, mandate) in (0..).zip(&self.mandates) {
            acts.push((mandate.from, EmcAct::Grant(place)));
            acts.extend(mandate.ended.map(|on| (on, EmcAct::End(place))));
        }
        acts.sort_by_key(|(on, _)| *on);
        let mut pen = Pen::new();
        for (on, act) in acts {
            // Units' own facts of that time are recorded two weeks later at most.
            tell(pen.write(random, on.plus_days(14), 5), on, act);
        }
    }

    /// The command of one of its acts.
    pub(in crate::demo) fn command(
        &self,
        units: &Units,
        parks: &[Park],
        on: Date,
        act: EmcAct,
    ) -> EmcCommand {
        let key = |place: u16| units.all[self.mandates[place as usize].unit as usize].key(parks);
        let emc = self.key();
        match act {
            EmcAct::Consent => EmcCommand::ConsentEmc(ConsentEmc { details: self.details(on), on }),
            EmcAct::Renew => EmcCommand::ReviseEmc(ReviseEmc {
                emc,
                name: None,
                name_latin: None,
                trade_card: None,
                trade_card_expires: Some(on.plus_days(20).plus_years(5)),
                on,
            }),
            EmcAct::Rank(rank) => EmcCommand::RankEmc(RankEmc { emc, rank, on }),
            EmcAct::Grant(place) => {
                let until = self.mandates[place as usize].until;
                EmcCommand::GrantMandate(GrantMandate { emc, sme: key(place), from: on, until })
            }
            EmcAct::End(place) => EmcCommand::EndMandate(EndMandate {
                emc,
                sme: key(place),
                on,
                reason: ReasonCode::HolderRequest,
            }),
        }
    }

    fn details(&self, on: Date) -> EmcDetails {
        let Names { persian, latin } = self.words.organisation(("مدیریت صادرات", "Export Management"));
        let card = TradeCardNumber::parse(&format!("{}", 40_000_000 + self.number * 137));
        EmcDetails {
            code: self.code(),
            name: persian,
            name_latin: Some(latin),
            // Below those of the units.
            legal_id: legal_id(1_003_100_000 + self.number as u64 * 7),
            trade_card: card.expect("a made-up number is a valid one"),
            trade_card_expires: Some(on.plus_years(5)),
        }
    }
}
