//! The parks and zones: where they lie, how large they are, and which plots units get.
//!
//! Guarantees the count of each province, units per park by a lognormal law (at least one in each), and that a park
//! has the plots and the saleable area that its units hold. The largest parks of a province are the oldest.

use daftar_domain::park::{EstablishPark, ParkCommand, ParkKind, RevisePark, SpecialisePark};
use daftar_domain::value::{Date, Hectares, Moment, ParkCode, ParkKey};

use super::apportion;
use super::calendar::{Pen, any_day, day};
use super::names::{Names, names, persian_number};
use super::places::{TOWNS, Town};
use super::random::Random;
use super::totals::{PROVINCES, province_code};

/// A park, with all that its history needs.
pub(super) struct Park {
    /// Its place among the provinces.
    pub(super) province: usize,
    /// The town that it is named after.
    pub(super) town: Town,
    /// Its number within the province, from 1.
    pub(super) number: usize,
    /// Its number within the town, from 1.
    of_town: usize,
    kind: ParkKind,
    /// Units in it.
    pub(super) units: usize,
    /// Plots at first, and after an extension.
    plots: u32,
    extended: Option<(Date, u32)>,
    /// Set when the plots of its units are known.
    pub(super) held_square_metres: i64,
    /// When it was established.
    pub(super) established: Date,
    /// When the zone was upgraded to a park.
    upgraded: Option<Date>,
}

/// Draws all parks, by province, the largest first.
pub(super) fn draw(seed: u64) -> Vec<Park> {
    let mut random = Random::new(seed, "parks");
    let mut parks = Vec::new();
    for (province, totals) in PROVINCES.iter().enumerate() {
        let weights: Vec<u64> = (0..totals.parks).map(|_| apportion::lognormal(&mut random, 1.2)).collect();
        let mut sizes = apportion::at_least(1, totals.units as u64, &weights);
        sizes.sort_unstable_by(|left, right| right.cmp(left));
        let towns = TOWNS[province];
        for (place, size) in sizes.into_iter().enumerate() {
            parks.push(park(&mut random, province, place, size as usize, towns));
        }
    }
    parks
}

fn park(random: &mut Random, province: usize, place: usize, units: usize, towns: &[Town]) -> Park {
    let kind = if units < 60 && random.happens(400) { ParkKind::Zone } else { ParkKind::Park };
    // A third of a province's parks were there before units were registered; the rest came over twenty years.
    let parks = PROVINCES[province].parks;
    let (first, last) = match place * 3 < parks {
        true => (day(1370, 1, 5), day(1380, 12, 20)),
        false => (day(1375, 1, 5), day(1390, 12, 20)),
    };
    let established = any_day(random, first, last);
    let spare = random.between(2, 10) as u32;
    let plots = units as u32 + spare;
    let extended = random.happens(250).then(|| {
        let more = plots / 5 + random.between(4, 20) as u32;
        (any_day(random, day(1391, 1, 5), day(1398, 6, 20)), plots + more)
    });
    let upgraded = (kind == ParkKind::Zone && random.happens(200))
        .then(|| any_day(random, day(1392, 1, 5), day(1397, 12, 20)));
    Park {
        province,
        town: towns[place % towns.len()],
        number: place + 1,
        of_town: place / towns.len() + 1,
        kind,
        units,
        plots,
        extended,
        held_square_metres: 0,
        established,
        upgraded,
    }
}

/// What happens to a park.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ParkAct {
    /// It is established.
    Establish,
    /// It gets more plots.
    Extend(u32),
    /// The zone becomes a park.
    Upgrade,
    /// It takes these classes of industry only.
    Specialise(&'static [u16]),
}

impl Park {
    /// The code that people know it by.
    pub(super) fn code(&self) -> ParkCode {
        let code = format!("{}-{:03}", province_code(self.province), self.number);
        ParkCode::parse(&code).expect("a made-up code is a valid one")
    }

    /// Its history; tells when the establishment was recorded.
    pub(super) fn history(&self, random: &mut Random, mut tell: impl FnMut(Moment, Date, ParkAct)) -> Moment {
        let mut pen = Pen::new();
        let established = pen.write(random, self.established, 20);
        tell(established, self.established, ParkAct::Establish);
        let mut later: Vec<(Date, ParkAct)> =
            self.upgraded.iter().map(|on| (*on, ParkAct::Upgrade)).collect();
        later.extend(self.extended.map(|(on, plots)| (on, ParkAct::Extend(plots))));
        later.sort_by_key(|(on, _)| *on);
        for (on, act) in later {
            tell(pen.write(random, on, 20), on, act);
        }
        established
    }

    /// The command of one of its acts.
    pub(super) fn command(&self, on: Date, act: ParkAct) -> ParkCommand {
        if act == ParkAct::Establish {
            return ParkCommand::EstablishPark(self.establishment());
        }
        if let ParkAct::Specialise(classes) = act {
            let class = |class: &u16| format!("{class:04}").parse().expect("four digits");
            let (park, industries) = (ParkKey::Code(self.code()), classes.iter().map(class).collect());
            return ParkCommand::SpecialisePark(SpecialisePark { park, industries, on });
        }
        let mut revise = RevisePark {
            park: ParkKey::Code(self.code()),
            name: None,
            name_latin: None,
            kind: None,
            area: None,
            saleable: None,
            plots: None,
            allotted: None,
            on,
        };
        match act {
            ParkAct::Extend(plots) => {
                let scaled = |metres: i64| metres * i64::from(plots) / i64::from(self.plots);
                revise.plots = Some(plots);
                revise.saleable = Some(Hectares::from_square_metres(scaled(self.saleable())));
                revise.area = Some(Hectares::from_square_metres(scaled(self.area())));
            }
            ParkAct::Upgrade => {
                let Names { persian, latin } = self.names(ParkKind::Park);
                revise.kind = Some(ParkKind::Park);
                revise.name = Some(persian);
                revise.name_latin = Some(latin);
            }
            ParkAct::Establish | ParkAct::Specialise(_) => unreachable!("handled above"),
        }
        ParkCommand::RevisePark(revise)
    }

    fn establishment(&self) -> EstablishPark {
        let Names { persian, latin } = self.names(self.kind);
        EstablishPark {
            code: self.code(),
            name: persian,
            name_latin: Some(latin),
            kind: self.kind,
            province: province_code(self.province),
            area: Hectares::from_square_metres(self.area()),
            saleable: Some(Hectares::from_square_metres(self.saleable())),
            plots: self.plots,
            on: self.established,
        }
    }

    /// What can be sold: what the units hold and as much again for each spare plot, in m².
    fn saleable(&self) -> i64 {
        self.held_square_metres * i64::from(self.plots) / self.units as i64
    }

    /// Roads, green and services take a third of the whole area, in m².
    fn area(&self) -> i64 {
        self.saleable() * 3 / 2
    }

    fn names(&self, kind: ParkKind) -> Names {
        let (persian, latin) = match kind {
            ParkKind::Park => ("شهرک صنعتی", "Industrial Park"),
            ParkKind::Zone => ("ناحیه صنعتی", "Industrial Zone"),
        };
        let (town, town_latin) = self.town;
        match self.of_town {
            1 => names(&format!("{persian} {town}"), &format!("{town_latin} {latin}")),
            number => names(
                &format!("{persian} {town} {}", persian_number(number)),
                &format!("{town_latin} {latin} {number}"),
            ),
        }
    }
}
