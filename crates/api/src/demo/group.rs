//! Export consortiums with their members, and export management companies with their clients.
//!
//! Guarantees 72 operating consortiums of 504 members and 65 consented companies of 390 clients on the last day, with
//! every exporter of such a channel among them before its first export through it. Founders, later members, members
//! that left; ranks after the evaluation, mandates that ran out.

use daftar_domain::consortium::{
    AdmitMember, ConsortiumCommand, ConsortiumDetails, ConsortiumKind, ConstituteConsortium, FormConsortium,
    NewMember, ReleaseMember, StartConsortium,
};
use daftar_domain::export::Channel;
use daftar_domain::value::{
    CertificateNumber, CommodityGroup, ConsortiumCode, ConsortiumKey, Date, Moment, ReasonCode, SolarDate,
};

use super::apportion::at_least;
use super::calendar::{Pen, any_day, day};
use super::names::{Names, Words};
use super::park::Park;
use super::random::Random;
use super::totals::{CONSORTIUMS, GROUPS, MEMBERS, Sector};
use super::trade::{Part, Pool};
use super::unit::Units;

mod emc;

pub(super) use emc::{Emc, EmcAct, draw as draw_emcs};

/// The way in which an exporter may export through a consortium or a company, and since when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    /// The consortium's or company's place.
    pub(super) place: usize,
    /// The first day on which an export through it is recorded.
    pub(super) since: Date,
}

/// A consortium, with all that its history needs.
pub(super) struct Consortium {
    group: CommodityGroup,
    pub(super) number: usize,
    words: Words,
    formed: Date,
    constituted: Date,
    started: Date,
    members: Vec<Member>,
}

#[derive(Clone, Copy, Debug)]
struct Member {
    unit: u32,
    joined: Date,
    left: Option<Date>,
}

/// What happens to a consortium. Members are named by their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConsortiumAct {
    Form,
    Admit(u16),
    Constitute,
    Start,
    Release(u16),
}

/// The units, in the order of rank, that export through a channel, with the group in which they do.
fn through<'a>(
    channel: Channel,
    pools: &'a [Pool],
    parts: &'a [Vec<Part>],
    exporters: &'a [u32],
) -> impl Iterator<Item = (usize, u32, CommodityGroup)> + 'a {
    parts.iter().enumerate().filter_map(move |(rank, parts)| {
        let part = parts.iter().find(|part| pools[part.pool].channel == channel)?;
        Some((rank, exporters[rank], pools[part.pool].group))
    })
}

/// Takes units of a sector from those to spare.
fn take_spare(units: &mut Units, sector: Sector, count: usize) -> Vec<u32> {
    let mut taken = Vec::with_capacity(count);
    let all = &units.all;
    units.spare.retain(|unit| {
        let take = taken.len() < count && all[*unit as usize].sector == sector;
        if take {
            taken.push(*unit);
        }
        !take
    });
    assert_eq!(taken.len(), count, "there are units enough of every sector that exports");
    taken
}

/// Draws the consortiums, and by rank the way of those that export through one.
pub(super) fn draw(
    seed: u64,
    units: &mut Units,
    pools: &[Pool],
    parts: &[Vec<Part>],
) -> (Vec<Consortium>, Vec<Option<Way>>) {
    let mut random = Random::new(seed, "consortiums");
    let counts = at_least(2, CONSORTIUMS as u64, &GROUPS.map(|(_, cents)| cents));
    let exporters: Vec<(usize, u32, CommodityGroup)> =
        through(Channel::Consortium, pools, parts, &units.exporters).collect();
    let of_group = |group| exporters.iter().filter(move |(.., own)| *own == group);
    let least: Vec<usize> = GROUPS
        .iter()
        .zip(&counts)
        .map(|((group, _), count)| of_group(*group).count().max(3 * *count as usize))
        .collect();
    let more = at_least(0, (MEMBERS - least.iter().sum::<usize>()) as u64, &counts);
    let mut consortiums = Vec::new();
    let mut ways = vec![None; parts.len()];
    for (place, (group, _)) in GROUPS.iter().enumerate() {
        let mut candidates: Vec<u32> = of_group(*group).map(|(_, unit, _)| *unit).collect();
        let missing = least[place] + more[place] as usize - candidates.len();
        candidates.extend(take_spare(units, Sector::exporting(*group), missing));
        let first = consortiums.len();
        for members in gather(&mut random, units, &candidates, counts[place] as usize) {
            let former = random.happens(330).then(|| take_spare(units, Sector::exporting(*group), 1)[0]);
            let number = consortiums.len() + 1;
            consortiums.push(consortium(&mut random, units, *group, number, &members, former));
        }
        for (rank, unit, _) in of_group(*group) {
            ways[*rank] = way(&consortiums, first, *unit);
        }
    }
    (consortiums, ways)
}

fn way(consortiums: &[Consortium], first: usize, unit: u32) -> Option<Way> {
    let joined = |consortium: &Consortium| {
        consortium.members.iter().find(|member| member.unit == unit).map(|member| member.joined)
    };
    let found =
        consortiums.iter().enumerate().skip(first).find_map(|(place, told)| Some((place, joined(told)?)));
    let (place, joined) = found.expect("every exporter of the channel is a member");
    Some(Way { place, since: joined.max(consortiums[place].started).plus_days(20) })
}

/// Gathers the candidates in so many consortiums, three at least in each; two units of one legal entity never meet.
fn gather(random: &mut Random, units: &Units, candidates: &[u32], count: usize) -> Vec<Vec<u32>> {
    let mut gathered: Vec<Vec<u32>> = vec![Vec::new(); count];
    let shares = |unit: u32| units.all[unit as usize].shares_its_entity();
    for (turn, unit) in candidates.iter().enumerate() {
        let wanted = if turn < 3 * count { turn % count } else { random.below(count) };
        let relative = |other: &u32| shares(*unit) && shares(*other) && other / 40 == unit / 40;
        let place = (wanted..wanted + count).map(|place| place % count);
        let mut place = place.filter(|place| !gathered[*place].iter().any(relative));
        let place = place.next().expect("a group has two consortiums at least");
        gathered[place].push(*unit);
    }
    gathered
}

fn consortium(
    random: &mut Random,
    units: &Units,
    group: CommodityGroup,
    number: usize,
    members: &[u32],
    former: Option<u32>,
) -> Consortium {
    let activated = |unit: u32| units.all[unit as usize].built.activated;
    let mut members = members.to_vec();
    members.sort_by_key(|unit| (activated(*unit), *unit));
    let formed = any_day(random, activated(members[2]).plus_days(120).max(day(1389, 1, 20)), day(1396, 9, 1));
    let constituted = formed.plus_days(random.between(30, 150));
    let started = constituted.plus_days(random.between(20, 110));
    let founders = 3 + random.below(3);
    let mut members: Vec<Member> = members
        .into_iter()
        .enumerate()
        .map(|(place, unit)| {
            let ready = activated(unit).plus_days(90);
            let joined = match place < founders && ready <= formed {
                true => formed,
                false => any_day(random, formed.plus_days(25).max(ready), day(1397, 11, 20)),
            };
            Member { unit, joined, left: None }
        })
        .collect();
    members.extend(former.map(|unit| {
        let joined = constituted.plus_days(random.between(20, 60)).max(activated(unit).plus_days(90));
        Member { unit, joined, left: Some(joined.plus_days(random.between(150, 400))) }
    }));
    let words = Words::draw(random, Sector::exporting(group));
    Consortium { group, number, words, formed, constituted, started, members }
}

impl Consortium {
    /// How commands name it.
    pub(super) fn key(&self) -> ConsortiumKey {
        ConsortiumKey::Code(self.code())
    }

    fn code(&self) -> ConsortiumCode {
        let code = format!("CON-{:03}", self.number);
        ConsortiumCode::parse(&code).expect("a made-up code is a valid one")
    }

    /// Its history; tells each act with the moment at which it was recorded.
    pub(super) fn history(&self, random: &mut Random, mut tell: impl FnMut(Moment, Date, ConsortiumAct)) {
        let mut acts = vec![
            (self.formed, ConsortiumAct::Form),
            (self.constituted, ConsortiumAct::Constitute),
            (self.started, ConsortiumAct::Start),
        ];
        for (place, member) in (0..).zip(&self.members) {
            if member.joined > self.formed {
                acts.push((member.joined, ConsortiumAct::Admit(place)));
            }
            acts.extend(member.left.map(|on| (on, ConsortiumAct::Release(place))));
        }
        acts.sort_by_key(|(on, _)| *on);
        let mut pen = Pen::new();
        for (on, act) in acts {
            // Units' own facts of that time are recorded two weeks later at most.
            tell(pen.write(random, on.plus_days(14), 5), on, act);
        }
    }

    /// The command of one of its acts.
    pub(super) fn command(
        &self,
        units: &Units,
        parks: &[Park],
        on: Date,
        act: ConsortiumAct,
    ) -> ConsortiumCommand {
        let key = |unit: u32| units.all[unit as usize].key(parks);
        let consortium = self.key();
        match act {
            ConsortiumAct::Form => ConsortiumCommand::FormConsortium(FormConsortium {
                details: self.details(),
                members: self
                    .members
                    .iter()
                    .filter(|member| member.joined == self.formed)
                    .map(|member| NewMember { sme: key(member.unit), certificate: certificate(member) })
                    .collect(),
                on,
            }),
            ConsortiumAct::Admit(place) => {
                let member = &self.members[place as usize];
                let (sme, certificate) = (key(member.unit), certificate(member));
                ConsortiumCommand::AdmitMember(AdmitMember { consortium, sme, certificate, on })
            }
            ConsortiumAct::Constitute => {
                ConsortiumCommand::ConstituteConsortium(ConstituteConsortium { consortium, on })
            }
            ConsortiumAct::Start => ConsortiumCommand::StartConsortium(StartConsortium { consortium, on }),
            ConsortiumAct::Release(place) => ConsortiumCommand::ReleaseMember(ReleaseMember {
                consortium,
                sme: key(self.members[place as usize].unit),
                reason: ReasonCode::HolderRequest,
                on,
            }),
        }
    }

    fn details(&self) -> ConsortiumDetails {
        let Names { persian, latin } = self.words.organisation(("کنسرسیوم صادراتی", "Export Consortium"));
        let kind =
            if self.number.is_multiple_of(3) { ConsortiumKind::Sales } else { ConsortiumKind::Promotion };
        ConsortiumDetails {
            code: self.code(),
            name: persian,
            name_latin: Some(latin),
            kind,
            product_group: self.group,
        }
    }
}

/// The certificate of export readiness that a member joined with.
fn certificate(member: &Member) -> Option<CertificateNumber> {
    let number = format!("ER-{}-{:05}", SolarDate::from(member.joined).year(), member.unit + 1);
    Some(CertificateNumber::parse(&number).expect("a made-up number is a valid one"))
}
