//! How events change the units of the view.

use daftar_domain::envelope::{Basis, Position, Recorded};
use daftar_domain::reference::Reference;
use daftar_domain::sme::{
    KnowledgeGrade, LicenceKind, LicenceRevoked, OperatingStatus, PlotStage, SmeEvent, SmeRegistered,
};
use daftar_domain::value::{Date, LicenceNumber, ProvinceCode, SmeId};

use rustc_hash::FxHashSet;

use super::lists::Shown;
use super::{Change, GradeStep, Licence, LicenceAmendment, PlotStep, Progress, SmeRow, SmeRows, add};
use crate::view::View;
use crate::view::counts::Counts;
use crate::view::dated::Dated;
use crate::view::row::RowAt;

/// What a unit did where, from which day on.
type Timeline = Vec<(Date, ProvinceCode, OperatingStatus)>;

/// A unit as lists and counts see it.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    shown: Shown,
    timeline: Timeline,
    grades: Vec<(Date, Date, KnowledgeGrade)>,
    plots: Vec<(Date, Date, PlotStage)>,
}

/// Units that lists and counts do not show as they are yet: each with what they show, which is nothing for a new one.
#[derive(Clone, Debug, Default)]
pub(super) struct Changed {
    rows: FxHashSet<u32>,
    before: Vec<(u32, Option<Box<Counted>>)>,
    /// Those whose places in orders and texts may have changed.
    amended: FxHashSet<u32>,
}

impl View {
    /// Folds an event of a unit.
    pub(crate) fn fold_sme(&mut self, id: SmeId, event: &SmeEvent, recorded: &Recorded) {
        let row = match event {
            SmeEvent::SmeRegistered(event) => self.smes.register(id, event, recorded),
            _ => self.smes.by_id.get(&id).expect("an event follows its unit's registration"),
        };
        self.smes.link(row, event, recorded.position);
        // Neither lists nor counts show licences, inspections and progress.
        let shows = !matches!(
            event,
            SmeEvent::SmeInspected(_)
                | SmeEvent::EstablishmentLicenceIssued(_)
                | SmeEvent::OperatingLicenceIssued(_)
                | SmeEvent::LicenceRevoked(_)
                | SmeEvent::ProgressReported(_)
                | SmeEvent::EstablishmentLicenceExtended(_)
                | SmeEvent::OperatingLicenceAmended(_)
        );
        if shows {
            self.smes.change(row, &self.reference);
        }
        let sme = self.smes.rows.get_mut(row);
        sme.apply(event, recorded);
        self.revivals.sme_changed(row, &sme.revivals);
        if let SmeEvent::SmeRegistered(_) | SmeEvent::SmeAmended(_) = event {
            self.smes.changed.amended.insert(row);
        }
        if matches!(event, SmeEvent::SmeAmended(amended) if amended.province.is_some()) {
            self.reattribute_exports(row, recorded.position);
        }
    }

    /// A fact of a revival case that its unit's status rests on was voided.
    pub(crate) fn void_status(&mut self, row: u32, fact: Position, at: Position) {
        if self.smes.row(row).get().changes.all().iter().any(|change| change.position == fact) {
            self.smes.change(row, &self.reference);
            self.smes.rows.get_mut(row).changes.void(fact, at);
        }
    }

    /// Records a fact of a revival case that its unit's status rests on.
    pub(crate) fn change_status(&mut self, row: u32, change: Change, recorded: &Recorded) {
        self.smes.change(row, &self.reference);
        self.smes.rows.get_mut(row).changes.record(recorded.event.effective, recorded.position, change);
    }

    /// Size classes are by the thresholds in force: new ones classify every unit anew.
    pub(crate) fn reclassify_smes(&mut self, before: &Reference) {
        for row in 0..self.smes.rows.len() {
            let Some(headcount) = self.smes.rows.row(row).facts.current().headcount else { continue };
            let class = |reference: &Reference| reference.size_class(headcount.people(), Date::MAX);
            self.smes.lists.newest.sizes.change(class(before).as_ref(), class(&self.reference).as_ref(), row);
            self.smes.remember(row, &self.reference);
        }
    }
}

impl SmeRows {
    fn register(&mut self, id: SmeId, event: &SmeRegistered, recorded: &Recorded) -> u32 {
        let row = self.rows.push(SmeRow::new(id, event, recorded));
        self.by_id.insert(id, row);
        self.by_business_id.insert(event.business_id, row);
        self.legal_ids.insert((event.legal_id.number(), row));
        self.changed.rows.insert(row);
        self.changed.before.push((row, None));
        row
    }

    /// Notes at another unit that this one succeeds it, or was merged into it.
    fn link(&mut self, row: u32, event: &SmeEvent, position: Position) {
        match event {
            SmeEvent::SmeRegistered(registered) => {
                if let Some(other) = registered.predecessor.and_then(|id| self.by_id.get(&id)) {
                    add(&mut self.rows.get_mut(other).more_mut().successors, row);
                }
            }
            SmeEvent::SmeMerged(merged) => {
                self.rows.get_mut(row).more_mut().merges.push((position, merged.survivor));
                if let Some(other) = self.by_id.get(&merged.survivor) {
                    add(&mut self.rows.get_mut(other).more_mut().merged, row);
                }
            }
            _ => {}
        }
    }

    /// Remembers what lists and counts show of a unit that is about to change.
    fn change(&mut self, row: u32, reference: &Reference) {
        if self.changed.rows.insert(row) {
            let counted = self.rows.row(row).counted(reference);
            self.changed.before.push((row, Some(Box::new(counted))));
        }
    }

    /// Makes lists and counts show the units that changed as they are: a unit is counted anew once, however often it
    /// changed.
    pub(super) fn show(&mut self, reference: &Reference) {
        let Changed { mut before, amended, .. } = std::mem::take(&mut self.changed);
        for row in amended {
            let sme = self.rows.row(row);
            self.lists.newest.index(row, sme, sme.facts.current());
        }
        before.sort_unstable_by_key(|(row, _)| *row);
        for (row, before) in before {
            let after = self.rows.row(row).counted(reference);
            self.recount(before.as_ref().map_or(&[], |counted| &counted.timeline), &after.timeline);
            let grades_before = before.as_ref().map_or(&[][..], |counted| &counted.grades);
            if grades_before != after.grades {
                count_times(&mut self.grade_counts, grades_before, |grade| grade as usize, -1);
                count_times(&mut self.grade_counts, &after.grades, |grade| grade as usize, 1);
            }
            let plots_before = before.as_ref().map_or(&[][..], |counted| &counted.plots);
            if plots_before != after.plots {
                count_times(&mut self.plot_counts, plots_before, |stage| stage as usize, -1);
                count_times(&mut self.plot_counts, &after.plots, |stage| stage as usize, 1);
            }
            let before = before.as_ref().map(|counted| &counted.shown);
            self.lists.newest.refile(row, before, &after.shown);
            self.remember(row, reference);
        }
    }

    /// Counts anew what changed of a timeline; what both have in common at the start stays.
    fn recount(&mut self, before: &[(Date, ProvinceCode, OperatingStatus)], after: &Timeline) {
        let same = before.iter().zip(after).take_while(|(before, after)| before == after).count();
        let last = same.checked_sub(1).map(|last| (after[last].1, after[last].2));
        self.count(last, &before[same..], -1);
        self.count(last, &after[same..], 1);
    }

    fn count(
        &mut self,
        mut last: Option<(ProvinceCode, OperatingStatus)>,
        timeline: &[(Date, ProvinceCode, OperatingStatus)],
        sign: i64,
    ) {
        for (day, province, status) in timeline.iter().copied() {
            if let Some((province, status)) = last {
                self.add(day, province, status, -sign);
            }
            self.add(day, province, status, sign);
            last = Some((province, status));
        }
    }

    fn add(&mut self, day: Date, province: ProvinceCode, status: OperatingStatus, more: i64) {
        self.counts.add(day, status as usize, more);
        self.province_counts.entry(province).or_default().add(day, status as usize, more);
    }

    /// Files a unit under everything that it ever was.
    fn remember(&mut self, row: u32, reference: &Reference) {
        let sme = self.rows.newest(row).get();
        let ever = &mut self.lists.newest.ever;
        for fact in sme.changes.all() {
            let (statuses, reason) = fact.value.may_lead_to();
            statuses.iter().for_each(|status| ever.statuses.add(status, row));
            reason.iter().for_each(|reason| ever.idle.add(reason, row));
        }
        for fact in sme.more.iter().flat_map(|more| more.plots.all()) {
            let stage = match fact.value {
                PlotStep::Allocated { .. } => PlotStage::Allocated,
                PlotStep::Advanced(stage) => stage,
            };
            ever.plots.add(&stage, row);
        }
        for fact in sme.more.iter().flat_map(|more| more.grades.all()) {
            if let GradeStep::Granted { grade, .. } = fact.value {
                ever.grades.add(&grade, row);
            }
        }
        let first = sme.facts.original();
        ever.provinces.add(&first.province, row);
        ever.industries.add(&first.isic, row);
        first.park.iter().for_each(|park| ever.parks.add(park, row));
        for facts in sme.facts.amendments() {
            facts.province.iter().for_each(|province| ever.provinces.add(province, row));
            facts.park.iter().for_each(|park| ever.parks.add(park, row));
            facts.isic.iter().for_each(|isic| ever.industries.add(isic, row));
        }
        let headcounts = sme.facts.amendments().filter_map(|amended| amended.headcount);
        headcounts
            .chain(first.headcount)
            .flat_map(|headcount| reference.size_classes(headcount.people()))
            .for_each(|size| ever.sizes.add(&size, row));
    }
}

/// Counts times by their class, or takes them back.
fn count_times<T: Copy, const N: usize>(
    counts: &mut Counts<N>,
    times: &[(Date, Date, T)],
    class: impl Fn(T) -> usize,
    sign: i64,
) {
    for (from, until, value) in times {
        counts.add(*from, class(*value), sign);
        if *until < Date::MAX {
            counts.add(*until, class(*value), -sign);
        }
    }
}

impl RowAt<'_, SmeRow> {
    fn counted(self, reference: &Reference) -> Counted {
        Counted {
            shown: self.shown(reference),
            timeline: self.timeline(),
            grades: self.grade_times(),
            plots: self.plot_times(),
        }
    }
}

impl SmeRow {
    fn apply(&mut self, event: &SmeEvent, recorded: &Recorded) {
        let (effective, position) = (recorded.event.effective, recorded.position);
        let change = match event {
            SmeEvent::SmeRegistered(_) => Change::Registered,
            SmeEvent::SmeActivated(event) => Change::Activated(event.utilisation),
            SmeEvent::SmeReduced(event) => Change::Reduced(event.utilisation),
            SmeEvent::SmeIdled(event) => Change::Idled(event.reason),
            SmeEvent::SmeClosed(_) if recorded.event.basis == Basis::TakenOver => Change::ClosedBefore,
            SmeEvent::SmeClosed(_) => Change::Closed,
            SmeEvent::SmeMerged(_) => Change::Merged,
            SmeEvent::ProgressReported(event) => {
                let progress = Progress { progress: event.progress, verified: event.verified };
                return self.more_mut().progress.record(effective, position, progress);
            }
            SmeEvent::PlotAllocated(event) => {
                let (park, plot, deadline) = (event.park, event.plot.clone(), event.deadline);
                let step = PlotStep::Allocated { park, plot, deadline };
                return self.more_mut().plots.record(effective, position, step);
            }
            SmeEvent::PlotAdvanced(event) => {
                return self.more_mut().plots.record(effective, position, PlotStep::Advanced(event.stage));
            }
            SmeEvent::PlotRepossessed(_) => {
                let step = PlotStep::Advanced(PlotStage::Repossessed);
                return self.more_mut().plots.record(effective, position, step);
            }
            SmeEvent::GradeGranted(event) => {
                let step = GradeStep::Granted { grade: event.grade, until: event.until };
                return self.more_mut().grades.record(effective, position, step);
            }
            SmeEvent::GradeWithdrawn(_) => {
                return self.more_mut().grades.record(effective, position, GradeStep::Withdrawn);
            }
            SmeEvent::EstablishmentLicenceExtended(event) => {
                let licence = self.licence_mut(LicenceKind::Establishment, &event.number, effective);
                if let Some(licence) = licence {
                    licence.extensions.record(effective, position, event.expires);
                }
                return;
            }
            SmeEvent::OperatingLicenceAmended(event) => {
                let licence = self.licence_mut(LicenceKind::Operating, &event.number, effective);
                if let Some(licence) = licence {
                    let (subject, text, capacity) =
                        (event.subject, event.text.clone(), event.capacity.clone());
                    let amendment = LicenceAmendment { subject, text, capacity };
                    licence.amendments.record(effective, position, amendment);
                }
                return;
            }
            SmeEvent::SmeAmended(event) => {
                return self.facts.amend(event.clone(), effective, position);
            }
            SmeEvent::SmeInspected(_) => return self.inspections.record(effective, position, ()),
            SmeEvent::EstablishmentLicenceIssued(event) => {
                let licence = Licence {
                    kind: LicenceKind::Establishment,
                    number: event.number.clone(),
                    expires: event.expires,
                    capacity: None,
                    revocations: Dated::default(),
                    extensions: Dated::default(),
                    amendments: Dated::default(),
                };
                return self.licences.record(effective, position, licence);
            }
            SmeEvent::OperatingLicenceIssued(event) => {
                let licence = Licence {
                    kind: LicenceKind::Operating,
                    number: event.number.clone(),
                    expires: event.expires,
                    capacity: event.capacity.clone(),
                    revocations: Dated::default(),
                    extensions: Dated::default(),
                    amendments: Dated::default(),
                };
                return self.licences.record(effective, position, licence);
            }
            SmeEvent::LicenceRevoked(event) => return self.revoke(event, effective, position),
            SmeEvent::SmeFactVoided(event) => return self.void(event.position.0, position),
            SmeEvent::SmeFactRedated(event) => return self.redate(event.position.0, effective, position),
        };
        self.changes.record(effective, position, change);
    }

    /// The newest licence of a kind and number that was issued by a day.
    fn licence_mut(&mut self, kind: LicenceKind, number: &LicenceNumber, on: Date) -> Option<&mut Licence> {
        let licences = self.licences.standing_values_mut();
        let named = licences
            .filter(|(issued, licence)| *issued <= on && licence.kind == kind && licence.number == *number);
        named.last().map(|(_, licence)| licence)
    }

    fn revoke(&mut self, event: &LicenceRevoked, effective: Date, position: Position) {
        if let Some(licence) = self.licence_mut(event.kind, &event.number, effective) {
            licence.revocations.record(effective, position, ());
        }
    }

    /// A position is that of a fact of one kind only.
    fn void(&mut self, fact: Position, at: Position) {
        let _voided = self.changes.void(fact, at)
            || self.licences.void(fact, at)
            || self.inspections.void(fact, at)
            || self.licences.standing_values_mut().any(|(_, licence)| {
                licence.revocations.void(fact, at)
                    || licence.extensions.void(fact, at)
                    || licence.amendments.void(fact, at)
            })
            || self.more.as_mut().is_some_and(|more| {
                more.progress.void(fact, at) || more.plots.void(fact, at) || more.grades.void(fact, at)
            });
    }

    fn redate(&mut self, fact: Position, effective: Date, at: Position) {
        let _redated = self.changes.redate(fact, effective, at)
            || self.licences.redate(fact, effective, at)
            || self.inspections.redate(fact, effective, at)
            || self.licences.standing_values_mut().any(|(_, licence)| {
                licence.revocations.redate(fact, effective, at)
                    || licence.extensions.redate(fact, effective, at)
                    || licence.amendments.redate(fact, effective, at)
            })
            || self.more.as_mut().is_some_and(|more| {
                more.progress.redate(fact, effective, at)
                    || more.plots.redate(fact, effective, at)
                    || more.grades.redate(fact, effective, at)
            });
    }
}
