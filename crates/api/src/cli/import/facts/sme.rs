//! A unit's facts.

use super::super::sme::{Grade, Licence, Sme, Status};
use super::keep;
use daftar_domain::sme::{OperatingStatus, SmeEvent, SmeRegistered};
use daftar_domain::value::{Date, ParkCode, Percent, Timeline};

#[derive(Clone, Debug)]
pub(super) struct SmeFacts {
    pub base: Sme,
    licences: Timeline<Licence>,
    pub statuses: Timeline<(Status, Option<Percent>)>,
    grades: Timeline<Grade>,
    pub version: u32,
}

impl SmeFacts {
    pub fn registered(event: &SmeRegistered, park: Option<ParkCode>, version: u32) -> Self {
        let status = Status { is: OperatingStatus::UnderConstruction, since: None, reason: None };
        let base = Sme {
            business_id: event.business_id,
            legal_id: event.legal_id,
            name: event.name.clone(),
            name_latin: event.name_latin.clone(),
            province: event.province,
            park,
            plot: event.plot.clone(),
            isic: event.isic,
            licence: None,
            headcount: event.headcount,
            status,
            utilisation: None,
            grade: None,
        };
        let (licences, statuses, grades) = (Timeline::new(), Timeline::new(), Timeline::new());
        SmeFacts { base, licences, statuses, grades, version }
    }

    pub fn as_stated(&self) -> Sme {
        let mut sme = self.base.clone();
        if let Some(licence) = self.licences.latest() {
            sme.licence = Some(licence.value.clone());
        }
        sme.grade = self.grades.latest().map(|grade| grade.value);
        if let Some(status) = self.statuses.latest() {
            (sme.status, sme.utilisation) = status.value;
        }
        sme
    }

    pub fn apply(&mut self, event: &SmeEvent, moved_to: Option<ParkCode>, on: Date, position: u64) {
        let plain = |is| Status { is, since: None, reason: None };
        match event {
            SmeEvent::SmeAmended(event) => {
                let base = &mut self.base;
                keep(&mut base.name, event.name.as_ref());
                keep(&mut base.isic, event.isic.as_ref());
                keep(&mut base.province, event.province.as_ref());
                base.name_latin = event.name_latin.clone().or(base.name_latin.take());
                base.headcount = event.headcount.or(base.headcount);
                base.park = moved_to.or(base.park.take());
                base.plot = event.plot.clone().or(base.plot.take());
            }
            SmeEvent::OperatingLicenceIssued(event) => {
                let (number, capacity) = (event.number.clone(), event.capacity.clone());
                let licence = Licence { number, issued: on, expires: event.expires, capacity };
                self.licences.insert(on, position, licence);
            }
            SmeEvent::SmeActivated(event) => {
                self.statuses.insert(on, position, (plain(OperatingStatus::Active), event.utilisation));
            }
            SmeEvent::SmeReduced(event) => {
                self.statuses.insert(on, position, (plain(OperatingStatus::SemiActive), event.utilisation));
            }
            SmeEvent::SmeIdled(event) => {
                let status =
                    Status { is: OperatingStatus::Idle, since: Some(on), reason: Some(event.reason) };
                self.statuses.insert(on, position, (status, None));
            }
            SmeEvent::SmeClosed(_) => {
                let status = Status { is: OperatingStatus::Closed, since: Some(on), reason: None };
                self.statuses.insert(on, position, (status, None));
            }
            SmeEvent::GradeGranted(event) => {
                let grade = Grade { grade: event.grade, from: on, until: event.until };
                self.grades.insert(on, position, grade);
            }
            SmeEvent::SmeFactVoided(event) => {
                self.grades.remove(event.position.0);
                self.statuses.remove(event.position.0);
                self.licences.remove(event.position.0);
            }
            SmeEvent::SmeFactRedated(event) => self.redate(event.position.0, on),
            _ => {}
        }
    }

    fn redate(&mut self, position: u64, on: Date) {
        if let Some(entry) = self.statuses.remove(position) {
            let (mut status, utilisation) = entry.value;
            status.since = status.since.map(|_| on);
            self.statuses.insert(on, position, (status, utilisation));
        }
        if let Some(entry) = self.grades.remove(position) {
            self.grades.insert(on, position, Grade { from: on, ..entry.value });
        }
        if let Some(entry) = self.licences.remove(position) {
            self.licences.insert(on, position, Licence { issued: on, ..entry.value });
        }
    }
}
