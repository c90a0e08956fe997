//! What keeps consortiums going: certificates of their members, what members owe and settle, and the two that fell below
//! three members for a time.
//!
//! Guarantees that every member holds a certificate in force from before it joins until it leaves or the last day, that
//! whoever leaves has settled, and that all consortiums operate on the last day. Draws from numbers of its own.

use daftar_domain::consortium::ObligationKind;
use daftar_domain::value::{Currency, Date, Moment, Money, ObligationNumber, SolarDate};

use super::{Consortium, ConsortiumAct, Member, certificate_number};
use crate::demo::calendar::{Pen, day};
use crate::demo::random::Random;
use crate::demo::totals::{PAUSES, period};

/// How long a certificate is valid, in years.
const VALID_YEARS: i32 = 5;

/// A certificate of a member.
#[derive(Clone, Copy, Debug)]
pub(super) struct Certificate {
    pub(super) unit: u32,
    pub(super) from: Date,
    pub(super) until: Date,
}

/// What a member owes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due {
    pub(super) unit: u32,
    pub(super) kind: ObligationKind,
    pub(super) millions: i32,
    pub(super) since: Date,
    settled: Option<Date>,
}

impl Due {
    /// Its number in the books of the consortium.
    pub(super) fn number(&self) -> ObligationNumber {
        let number = format!("{}/{:05}", SolarDate::from(self.since).year(), self.unit + 1);
        ObligationNumber::parse(&number).expect("a made-up number is a valid one")
    }

    /// How much it is.
    pub(super) fn amount(&self) -> Money {
        let rials = Currency::parse("IRR").expect("a currency");
        Money::parse(&format!("{}000000", self.millions), rials).expect("rials have no decimals")
    }
}

/// A time with too few members: a founder leaves and comes back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pause {
    pub(super) unit: u32,
    left: Date,
    back: Date,
    again: Date,
}

/// Certificates, dues and pause of a consortium.
#[derive(Clone, Debug, Default)]
pub(super) struct Upkeep {
    pub(super) certificates: Vec<Certificate>,
    pub(super) dues: Vec<Due>,
    pub(super) pause: Option<Pause>,
}

/// Draws what keeps the consortiums going.
pub(super) fn draw(seed: u64, consortiums: &mut [Consortium]) {
    let mut random = Random::new(seed, "upkeep of consortiums");
    let mut pauses = PAUSES;
    for consortium in consortiums {
        let pause = if pauses > 0 { pause(consortium) } else { None };
        pauses -= usize::from(pause.is_some());
        let mut upkeep = Upkeep { pause, ..Upkeep::default() };
        for member in &consortium.members {
            upkeep.certify(&mut random, member);
            if pause.is_none_or(|pause| pause.unit != member.unit) {
                upkeep.owe(&mut random, member);
            }
        }
        consortium.upkeep = upkeep;
    }
}

/// The pause of a consortium that has just three members for its first weeks, and long operates again before the exports
/// of the set begin.
fn pause(consortium: &Consortium) -> Option<Pause> {
    let left = consortium.started.plus_days(45);
    let (back, again) = (left.plus_days(120), left.plus_days(140));
    let stays = |member: &&Member| member.joined <= left && member.left.is_none_or(|gone| left < gone);
    let present: Vec<&Member> = consortium.members.iter().filter(stays).collect();
    let few = present.len() == 3 && again < day(1395, 1, 1);
    few.then(|| Pause { unit: present[0].unit, left, back, again })
}

impl Upkeep {
    fn certify(&mut self, random: &mut Random, member: &Member) {
        let end = member.left.unwrap_or(period().last_day());
        let mut from = member.joined.plus_days(-random.between(10, 80));
        loop {
            let until = from.plus_years(VALID_YEARS);
            self.certificates.push(Certificate { unit: member.unit, from, until });
            if until > end {
                return;
            }
            from = until.plus_days(-random.between(20, 60));
        }
    }

    fn owe(&mut self, random: &mut Random, member: &Member) {
        let owes = member.left.is_some() || random.happens(300);
        let since = member.joined.plus_days(random.between(30, 90));
        let kinds = [ObligationKind::Contribution, ObligationKind::Contribution, ObligationKind::Loan];
        let (kind, millions) = (random.pick(&kinds), 10 * random.between(4, 90));
        let settles = random.happens(850).then(|| since.plus_days(random.between(40, 170)));
        let settled = member.left.map(|left| left.plus_days(-random.between(12, 40))).or(settles);
        if owes {
            self.dues.push(Due { unit: member.unit, kind, millions, since, settled });
        }
    }
}

impl Consortium {
    /// The rest of its history; tells each act with the moment at which it was recorded.
    pub(in crate::demo) fn upkeep(
        &self,
        random: &mut Random,
        mut tell: impl FnMut(Moment, Date, ConsortiumAct),
    ) {
        let mut write = |on: Date, act| tell(Pen::new().write(random, on.plus_days(14), 5), on, act);
        for (place, certificate) in (0..).zip(&self.upkeep.certificates) {
            write(certificate.from, ConsortiumAct::Certify(place));
        }
        for (place, due) in (0..).zip(&self.upkeep.dues) {
            write(due.since, ConsortiumAct::Owe(place));
            if let Some(on) = due.settled {
                write(on, ConsortiumAct::Settle(place));
            }
        }
        if let Some(pause) = self.upkeep.pause {
            write(pause.left, ConsortiumAct::Leave);
            write(pause.back, ConsortiumAct::Return);
            write(pause.again, ConsortiumAct::Start);
        }
    }

    /// The number of the certificate that a unit holds on a day.
    pub(super) fn certificate_on(
        &self,
        unit: u32,
        on: Date,
    ) -> Option<daftar_domain::value::CertificateNumber> {
        let mut own = self.upkeep.certificates.iter().filter(|certificate| certificate.unit == unit);
        let held = own.find(|certificate| certificate.from <= on && on < certificate.until)?;
        Some(certificate_number(unit, held.from))
    }
}
