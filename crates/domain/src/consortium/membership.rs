//! Who may join a consortium, and who may leave it.

use super::decide::Decision;
use super::state::{Consortium, Consortiums};
use super::{
    AdmitMember, ConsortiumRejection, MemberAdmitted, MemberReleased, ReleaseMember, TakenOverMember,
};
use crate::envelope::{Basis, Context, EntityId, Event, Position};
use crate::value::{CertificateNumber, ConsortiumId, Date, SmeId};

/// A unit that would join, as its own noun tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The unit.
    pub sme: SmeId,
    /// Whether it is closed on the day on which it joins.
    pub closed: bool,
}

/// A unit that would join on a day, and where the command says so.
pub(super) struct Admission<'a> {
    pub(super) candidate: Candidate,
    pub(super) certificate: Option<&'a CertificateNumber>,
    pub(super) joined: Date,
    pub(super) sme_path: String,
    pub(super) date_path: String,
}

impl Admission<'_> {
    fn event(&self, id: ConsortiumId, basis: Basis) -> Event {
        let sme = self.candidate.sme;
        let admitted = MemberAdmitted { sme, certificate: self.certificate.cloned() };
        Event::new(EntityId::Consortium(id), self.joined, admitted)
            .concerning(EntityId::Sme(sme))
            .on_basis(basis)
    }
}

impl Consortium {
    /// Whether a unit is a member on any day from `from` until before `until`, not counting the event at `except`.
    pub(super) fn has_member(&self, sme: SmeId, from: Date, until: Date, except: Position) -> bool {
        self.members.iter().any(|member| {
            member.sme == sme
                && member.position != except
                && member.joined < until
                && from < self.end_of(member)
        })
    }
}

impl Consortiums {
    /// Decides `TakeOverMember`, and the member of `TakeOverConsortium`.
    ///
    /// # Errors
    /// `INVALID_DATE`, `WRONG_PHASE`, `UNIT_CLOSED`, `DUPLICATE_MEMBER`, `ALREADY_IN_CONSORTIUM`.
    pub fn take_over_member(
        &self,
        consortium: &Consortium,
        member: &TakenOverMember,
        candidate: Candidate,
        context: &Context,
    ) -> Decision {
        let admission = Admission {
            candidate,
            certificate: member.certificate.as_ref(),
            joined: member.joined,
            sme_path: "member.sme".to_owned(),
            date_path: "member.joined".to_owned(),
        };
        Ok(vec![self.admission(consortium, &admission, Basis::TakenOver, context)?])
    }

    /// Decides `AdmitMember`.
    ///
    /// # Errors
    /// Those of [`Consortiums::take_over_member`].
    pub fn admit(
        &self,
        consortium: &Consortium,
        command: &AdmitMember,
        candidate: Candidate,
        context: &Context,
    ) -> Decision {
        let admission = Admission {
            candidate,
            certificate: command.certificate.as_ref(),
            joined: command.on,
            sme_path: "sme".to_owned(),
            date_path: "on".to_owned(),
        };
        Ok(vec![self.admission(consortium, &admission, Basis::Decided, context)?])
    }

    pub(super) fn admission(
        &self,
        consortium: &Consortium,
        admission: &Admission<'_>,
        basis: Basis,
        context: &Context,
    ) -> Result<Event, ConsortiumRejection> {
        let Admission { candidate: Candidate { sme, closed }, joined, .. } = *admission;
        consortium.judge_date(joined, &admission.date_path, context)?;
        let path = admission.sme_path.clone();
        if closed {
            return Err(ConsortiumRejection::UnitClosed { path, on: joined });
        }
        let until = consortium.dissolved().unwrap_or(Date::MAX);
        if joined >= until {
            let path = admission.date_path.clone();
            return Err(ConsortiumRejection::Dissolved { path, dissolved: until });
        }
        if consortium.has_member(sme, joined, until, Position::MIN) {
            return Err(ConsortiumRejection::AlreadyMember { path });
        }
        self.judge_elsewhere(consortium, sme, joined, until, path)?;
        Ok(admission.event(consortium.id, basis))
    }

    /// Rule 17: the unit is in no other consortium of the product group on any of the days.
    fn judge_elsewhere(
        &self,
        consortium: &Consortium,
        sme: SmeId,
        from: Date,
        until: Date,
        path: String,
    ) -> Result<(), ConsortiumRejection> {
        let group = consortium.product_group;
        let mut others =
            self.of_member(sme).filter(|other| other.id != consortium.id && other.product_group == group);
        match others.any(|other| other.has_member(sme, from, until, Position::MIN)) {
            true => Err(ConsortiumRejection::AlreadyInConsortium { path, group }),
            false => Ok(()),
        }
    }

    /// Decides `ReleaseMember`.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE` when the unit has no open membership, `INVALID_DATE`, `WRONG_PHASE`.
    pub fn release(
        &self,
        consortium: &Consortium,
        command: &ReleaseMember,
        sme: SmeId,
        context: &Context,
    ) -> Decision {
        consortium.judge_date(command.on, "on", context)?;
        let open = consortium.members.iter().find(|member| member.sme == sme && member.left.is_none());
        let member = open.ok_or(ConsortiumRejection::NotMember)?;
        if command.on <= member.joined {
            return Err(ConsortiumRejection::LeftBeforeJoining { joined: member.joined });
        }
        match consortium.dissolved() {
            Some(dissolved) if dissolved <= command.on => {
                return Err(ConsortiumRejection::Dissolved { path: "on".to_owned(), dissolved });
            }
            _ => {}
        }
        let event = consortium.event(command.on, MemberReleased { sme });
        Ok(vec![event.concerning(EntityId::Sme(sme)).because(command.reason).caused_by(member.position)])
    }

    /// Memberships that last longer than before overlap no other one.
    pub(super) fn judge_longer(
        &self,
        before: &Consortium,
        after: &Consortium,
    ) -> Result<(), ConsortiumRejection> {
        for member in &after.members {
            let until = after.end_of(member);
            let same = before.members.iter().find(|other| other.position == member.position);
            if same.is_some_and(|same| until <= before.end_of(same)) {
                continue;
            }
            let path = "position".to_owned();
            if after.has_member(member.sme, member.joined, until, member.position) {
                return Err(ConsortiumRejection::AlreadyMember { path });
            }
            self.judge_elsewhere(after, member.sme, member.joined, until, path)?;
        }
        Ok(())
    }
}
