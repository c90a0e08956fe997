//! Courses and workshops: for units of every province, and for the consortiums and companies of the country.
//!
//! Guarantees 420 courses and 64 workshops held in the nine months, with exactly the participants, seats and
//! certificates of the tables; some that open for the winter, some that were cancelled. Whoever attends was in business
//! long before.

use daftar_domain::training::{
    AttendedHours, Audience, CancelTraining, CertifiedParticipant, EnrolInTraining, HoldTraining,
    IssueTrainingCertificates, OpenTraining, PlanTraining, RecordAttendance, TrainingCommand,
    TrainingDetails, TrainingKind, TrainingSubject,
};
use daftar_domain::value::{
    CertificateNumber, Date, Hours, Moment, OrganisationKey, ReasonCode, Seats, TrainingCode, TrainingKey,
};

use super::apportion::{at_least, largest_remainder};
use super::calendar::{Pen, any_day, day};
use super::group::{Consortium, Emc};
use super::names::{Names, names, persian_number};
use super::park::Park;
use super::random::Random;
use super::totals::{
    COURSES, GROUP_PARTICIPANTS, GROUP_WORKSHOPS, PROVINCES, TRAINING_CERTIFICATES, TRAINING_PARTICIPANTS,
    TRAINING_SEATS, WORKSHOPS, province_code,
};
use super::unit::Units;

/// Trainings that are open for the winter, and those that were cancelled.
const OPEN: usize = 18;
/// See [`OPEN`].
const CANCELLED: usize = 11;

/// What is taught to consortiums and companies.
const EXPORT_SUBJECTS: [(TrainingSubject, &str, &str); 3] = [
    (TrainingSubject::ExportBasics, "مبانی صادرات", "Basics of Exports"),
    (TrainingSubject::ExportPrinciples, "اصول صادرات", "Principles of Exports"),
    (TrainingSubject::ExportLegalities, "الزامات حقوقی صادرات", "Legalities of Exports"),
];

/// What is taught to units, with how often.
const SUBJECTS: [(u32, TrainingSubject, &str, &str); 9] = [
    (9, TrainingSubject::ExportBasics, "مبانی صادرات", "Basics of Exports"),
    (6, TrainingSubject::ExportPrinciples, "اصول صادرات", "Principles of Exports"),
    (5, TrainingSubject::ExportLegalities, "الزامات حقوقی صادرات", "Legalities of Exports"),
    (17, TrainingSubject::Marketing, "بازاریابی و فروش", "Marketing and Sales"),
    (13, TrainingSubject::Finance, "تأمین مالی و حسابداری", "Finance and Accounting"),
    (16, TrainingSubject::Management, "مدیریت و کارآفرینی", "Management"),
    (13, TrainingSubject::Quality, "کیفیت و استاندارد", "Quality and Standards"),
    (12, TrainingSubject::Technology, "فناوری تولید", "Production Technology"),
    (9, TrainingSubject::Safety, "ایمنی و انرژی", "Safety and Energy"),
];

/// Who attends, by place among its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Participant {
    Unit(u32),
    Consortium(usize),
    Emc(usize),
}

/// What becomes of a training in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Held,
    Open,
    Cancelled,
}

/// A course or workshop, with all that its history needs.
pub(super) struct Training {
    pub(super) number: usize,
    kind: TrainingKind,
    subject: TrainingSubject,
    title: Names,
    audiences: &'static [Audience],
    /// Its place among the provinces; none for one of all the country.
    province: Option<usize>,
    hours: u32,
    seats: u32,
    planned: Date,
    starts: Date,
    ends: Date,
    participants: Vec<Participant>,
    /// The first so many of them get certificates.
    certified: usize,
    end: End,
}

/// What happens to a training. Participants are named by their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TrainingAct {
    Plan,
    Open,
    Enrol(u16),
    Hold,
    Attend,
    Certify,
    Cancel,
}

/// Draws all trainings.
pub(super) fn draw(seed: u64, parks: &[Park], units: &Units, groups: (usize, usize)) -> Vec<Training> {
    let mut random = Random::new(seed, "trainings");
    let random = &mut random;
    let of_units = COURSES + WORKSHOPS - GROUP_WORKSHOPS;
    let weights: Vec<u64> = PROVINCES.iter().map(|totals| totals.units as u64).collect();
    let by_province = at_least(2, of_units as u64, &weights);
    let mut homes: Vec<usize> =
        by_province.iter().enumerate().flat_map(|(place, count)| vec![place; *count as usize]).collect();
    random.shuffle(&mut homes);
    let mut trainings: Vec<Training> = Vec::new();
    for (turn, province) in homes.into_iter().enumerate() {
        let workshop = turn < WORKSHOPS - GROUP_WORKSHOPS;
        trainings.push(for_units(random, trainings.len() + 1, workshop, province));
    }
    for _ in 0..GROUP_WORKSHOPS {
        trainings.push(for_groups(random, trainings.len() + 1));
    }
    fill(random, &mut trainings, parks, units, groups);
    for turn in 0..OPEN + CANCELLED {
        let province = random.below(PROVINCES.len());
        let mut training = for_units(random, trainings.len() + 1, false, province);
        training.end = if turn < OPEN { End::Open } else { End::Cancelled };
        if turn < OPEN {
            training.starts = any_day(random, day(1398, 10, 20), day(1398, 12, 1));
            training.ends = training.starts.plus_days(10);
            training.planned = any_day(random, day(1398, 8, 10), day(1398, 9, 10));
        }
        trainings.push(training);
    }
    trainings
}

fn for_units(random: &mut Random, number: usize, workshop: bool, province: usize) -> Training {
    let weights = SUBJECTS.map(|(weight, ..)| weight);
    let (_, subject, persian, latin) = SUBJECTS[random.weighted(&weights)];
    let kind = if workshop { TrainingKind::Workshop } else { TrainingKind::Course };
    let hours = if workshop { random.pick(&[4, 6, 8]) } else { random.pick(&[16, 20, 24, 32, 40]) };
    training(random, number, kind, (subject, persian, latin), &[Audience::Smes], Some(province), hours)
}

fn for_groups(random: &mut Random, number: usize) -> Training {
    const BOTH: &[Audience] = &[Audience::Consortiums, Audience::Emcs];
    let subject = EXPORT_SUBJECTS[number % EXPORT_SUBJECTS.len()];
    let hours = random.pick(&[8, 12, 16]);
    training(random, number, TrainingKind::Workshop, subject, BOTH, None, hours)
}

fn training(
    random: &mut Random,
    number: usize,
    kind: TrainingKind,
    (subject, persian, latin): (TrainingSubject, &str, &str),
    audiences: &'static [Audience],
    province: Option<usize>,
    hours: u32,
) -> Training {
    let starts = any_day(random, day(1398, 1, 24), day(1398, 9, 3));
    let days = if kind == TrainingKind::Workshop { random.between(0, 2) } else { random.between(4, 24) };
    let word =
        if kind == TrainingKind::Workshop { ("کارگاه", "Workshop") } else { ("دوره", "Course") };
    let title = names(
        &format!("{} {persian} {}", word.0, persian_number(number)),
        &format!("{latin}, {} {number}", word.1),
    );
    Training {
        number,
        kind,
        subject,
        title,
        audiences,
        province,
        hours,
        seats: 20,
        planned: starts.plus_days(-random.between(40, 90)),
        starts,
        ends: starts.plus_days(days),
        participants: Vec::new(),
        certified: 0,
        end: End::Held,
    }
}

/// Gives each training its participants, seats and certificates, so that they have the sums of the tables.
fn fill(
    random: &mut Random,
    trainings: &mut [Training],
    parks: &[Park],
    units: &Units,
    groups: (usize, usize),
) {
    let mut of_province: Vec<Vec<u32>> = vec![Vec::new(); PROVINCES.len()];
    for unit in units.all.iter().filter(|unit| unit.built.activated < day(1397, 1, 1)) {
        of_province[parks[unit.park as usize].province].push(unit.serial);
    }
    let weights = |random: &mut Random, count: usize| -> Vec<u64> {
        (0..count).map(|_| random.between(40, 160) as u64).collect()
    };
    let of_units = trainings.len() - GROUP_WORKSHOPS;
    let (unit_weights, group_weights) = (weights(random, of_units), weights(random, GROUP_WORKSHOPS));
    let mut counts = at_least(8, (TRAINING_PARTICIPANTS - GROUP_PARTICIPANTS) as u64, &unit_weights);
    counts.extend(at_least(8, GROUP_PARTICIPANTS as u64, &group_weights));
    let certificates = largest_remainder(TRAINING_CERTIFICATES as u64, &counts);
    let spare_weights = weights(random, trainings.len());
    let spare = largest_remainder((TRAINING_SEATS - TRAINING_PARTICIPANTS) as u64, &spare_weights);
    for (place, training) in trainings.iter_mut().enumerate() {
        let count = counts[place] as usize;
        training.participants = match training.province {
            Some(province) => some_of(random, &of_province[province], count).map(Participant::Unit).collect(),
            None => {
                let consortiums = (0..groups.0).map(Participant::Consortium);
                let all: Vec<_> = consortiums.chain((0..groups.1).map(Participant::Emc)).collect();
                some_of(random, &all, count).collect()
            }
        };
        training.certified = certificates[place] as usize;
        training.seats = (counts[place] + spare[place]) as u32;
    }
}

/// So many of some, in any order, none twice.
fn some_of<'a, T: Copy>(
    random: &mut Random,
    of: &'a [T],
    count: usize,
) -> impl Iterator<Item = T> + use<'a, T> {
    assert!(count <= of.len(), "a province has units enough");
    let mut places: Vec<usize> = (0..of.len()).collect();
    for last in 0..count {
        places.swap(last, last + random.below(of.len() - last));
    }
    places.truncate(count);
    places.into_iter().map(|place| of[place])
}

impl Training {
    fn key(&self) -> TrainingKey {
        TrainingKey::Code(self.code())
    }

    fn code(&self) -> TrainingCode {
        TrainingCode::parse(&format!("TR-1398-{:04}", self.number)).expect("a made-up code is a valid one")
    }

    /// Its history; tells each act with the moment at which it was recorded.
    pub(super) fn history(&self, random: &mut Random, mut tell: impl FnMut(Moment, Date, TrainingAct)) {
        let opened = self.starts.plus_days(-30).max(self.planned.plus_days(3));
        let mut acts = vec![(self.planned, TrainingAct::Plan), (opened, TrainingAct::Open)];
        let last = self.starts.plus_days(-1);
        let enrolled = (0..self.participants.len() as u16)
            .map(|place| (any_day(random, opened, last), TrainingAct::Enrol(place)));
        acts.extend(enrolled);
        match self.end {
            End::Held => {
                let after = self.ends.plus_days(random.between(1, 4));
                acts.push((self.ends, TrainingAct::Hold));
                acts.push((after, TrainingAct::Attend));
                if self.certified > 0 {
                    acts.push((after.plus_days(random.between(3, 20)), TrainingAct::Certify));
                }
            }
            End::Cancelled => acts.push((self.starts.plus_days(-2), TrainingAct::Cancel)),
            End::Open => {}
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
        (units, parks): (&Units, &[Park]),
        (consortiums, emcs): (&[Consortium], &[Emc]),
        on: Date,
        act: TrainingAct,
    ) -> TrainingCommand {
        let key = |participant: &Participant| match *participant {
            Participant::Unit(unit) => OrganisationKey::Sme(units.all[unit as usize].key(parks)),
            Participant::Consortium(place) => OrganisationKey::Consortium(consortiums[place].key()),
            Participant::Emc(place) => OrganisationKey::Emc(emcs[place].key()),
        };
        let training = self.key();
        match act {
            TrainingAct::Plan => TrainingCommand::PlanTraining(PlanTraining { details: self.details(), on }),
            TrainingAct::Open => TrainingCommand::OpenTraining(OpenTraining { training, on }),
            TrainingAct::Enrol(place) => {
                let participant = key(&self.participants[place as usize]);
                TrainingCommand::EnrolInTraining(EnrolInTraining { training, participant, on })
            }
            TrainingAct::Hold => TrainingCommand::HoldTraining(HoldTraining { training, on }),
            TrainingAct::Attend => {
                let attended = self.participants.iter().enumerate();
                let attended = attended
                    .map(|(place, who)| AttendedHours { participant: key(who), hours: self.attended(place) });
                let attended = attended.collect();
                TrainingCommand::RecordAttendance(RecordAttendance { training, attended, on })
            }
            TrainingAct::Certify => {
                let certified = self.participants[..self.certified].iter().enumerate();
                let certified = certified.map(|(place, who)| CertifiedParticipant {
                    participant: key(who),
                    number: Some(self.certificate(place)),
                });
                let certified = certified.collect();
                let issue = IssueTrainingCertificates { training, certified, on };
                TrainingCommand::IssueTrainingCertificates(issue)
            }
            TrainingAct::Cancel => {
                let reason = ReasonCode::ConditionNotMet;
                TrainingCommand::CancelTraining(CancelTraining { training, reason, on })
            }
        }
    }

    /// All hours or a few less for those that get a certificate, about half of them for the others.
    fn attended(&self, place: usize) -> Hours {
        let missed = if place < self.certified { place as u32 % 3 * self.hours / 10 } else { self.hours / 2 };
        Hours::new(self.hours - missed).expect("no more than were taught")
    }

    fn certificate(&self, place: usize) -> CertificateNumber {
        let number = format!("TC-98-{:04}-{:02}", self.number, place + 1);
        CertificateNumber::parse(&number).expect("a made-up number is a valid one")
    }

    fn details(&self) -> TrainingDetails {
        let Names { persian, latin } = self.title.clone();
        TrainingDetails {
            code: self.code(),
            kind: self.kind,
            subject: self.subject,
            title: persian,
            title_latin: Some(latin),
            audiences: self.audiences.to_vec(),
            province: self.province.map(province_code),
            hours: Hours::new(self.hours).expect("a few days of teaching"),
            seats: Seats::new(self.seats).expect("a room holds them"),
            attendance: None,
            starts: self.starts,
            ends: self.ends,
        }
    }
}
