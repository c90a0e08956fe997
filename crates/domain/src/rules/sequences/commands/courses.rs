//! Commands of courses, workshops and research projects.

use serde_json::{Value, json};

use super::Throw;
use crate::Command;
use crate::policy::CommandKind;

impl Throw<'_> {
    /// A command's input of such a kind; none for another kind.
    pub(super) fn of_courses(&self, kind: CommandKind) -> Option<Value> {
        let on = || self.day(1);
        let of_four = |prefix: &str| json!({ "code": format!("{prefix}-{}", 1 + self.below(2, 4)) });
        let (training, research) = (|| of_four("T"), || of_four("R"));
        let participant = || match self.below(0, 6) {
            5 => json!({ "consortium": { "code": "C-1" } }),
            _ => json!({ "sme": self.sme(0) }),
        };
        let rials = |amount: u16| json!({ "amount": format!("{amount}.00"), "currency": "IRR" });
        let enrolment = || json!({ "participant": participant(), "hours": self.below(3, 21) });
        let reason = "OTHER";
        Some(match kind {
            CommandKind::PlanTraining => json!({ "details": training_details(&training()), "on": on() }),
            CommandKind::TakeOverTraining => {
                json!({ "details": training_details(&training()), "enrolment": enrolment() })
            }
            CommandKind::TakeOverEnrolment => json!({ "training": training(), "enrolment": enrolment() }),
            CommandKind::OpenTraining | CommandKind::HoldTraining => {
                json!({ "training": training(), "on": on() })
            }
            CommandKind::EnrolInTraining => {
                json!({ "training": training(), "participant": participant(), "on": on() })
            }
            CommandKind::WithdrawFromTraining => {
                json!({ "training": training(), "participant": participant(), "reason": reason, "on": on() })
            }
            CommandKind::RecordAttendance => {
                json!({ "training": training(), "attended": [enrolment()], "on": on() })
            }
            CommandKind::IssueTrainingCertificates => {
                json!({ "training": training(), "certified": [{ "participant": participant() }], "on": on() })
            }
            CommandKind::CancelTraining => json!({ "training": training(), "reason": reason, "on": on() }),
            CommandKind::ReviseTraining => {
                json!({ "training": training(), "seats": 1 + self.below(3, 4), "on": on() })
            }
            CommandKind::VoidTrainingFact => {
                let training = json!({ "id": self.id("training", 0) });
                json!({ "training": training, "position": self.position("training", 0), "reason": reason })
            }
            CommandKind::ProposeResearch => json!({ "details": research_details(&research()), "on": on() }),
            CommandKind::TakeOverResearch => json!({
                "details": research_details(&research()), "approved": on(), "budget": rials(500), "closed": false,
            }),
            CommandKind::ApproveResearch => {
                json!({ "research": research(), "budget": rials(1 + self.below(3, 900)), "on": on() })
            }
            CommandKind::SetResearchMilestone => json!({
                "research": research(), "number": self.below(3, 3), "due": "2019-12-01", "on": on(),
            }),
            CommandKind::ReachResearchMilestone => {
                json!({ "research": research(), "number": self.below(3, 3), "on": on() })
            }
            CommandKind::PayResearch => {
                json!({ "research": research(), "amount": rials(1 + self.below(3, 400)), "on": on() })
            }
            CommandKind::RecordResearchResult => {
                json!({ "research": research(), "kind": "REPORT", "title": "گزارش", "on": on() })
            }
            CommandKind::CloseResearch => json!({ "research": research(), "on": on() }),
            CommandKind::AbandonResearch => json!({ "research": research(), "reason": reason, "on": on() }),
            CommandKind::ReviseResearch => {
                json!({ "research": research(), "budget": rials(1 + self.below(3, 900)), "on": on() })
            }
            CommandKind::VoidResearchFact => {
                let research = json!({ "id": self.id("research", 0) });
                json!({ "research": research, "position": self.position("research", 0), "reason": reason })
            }
            _ => return None,
        })
    }
}

fn training_details(key: &Value) -> Value {
    json!({
        "code": key["code"], "kind": "COURSE", "subject": "EXPORT_BASICS", "title": "دوره", "hours": 20, "seats": 2,
        "audiences": ["SMES", "CONSORTIUMS"], "starts": "2019-03-25", "ends": "2019-03-30",
    })
}

fn research_details(key: &Value) -> Value {
    json!({ "code": key["code"], "title": "طرح", "topic": "EXPORTS", "executor": { "office": "UT" } })
}

/// A course that was held, one that is open and one that is planned; a project with a result, one with a milestone and one
/// that is proposed.
pub fn begun_courses() -> Vec<Command> {
    let command = |kind: &str, input: Value| {
        serde_json::from_value(json!({ "type": kind, "input": input })).expect("a command")
    };
    let key = |code: &str| json!({ "code": code });
    let unit = |number: u32| json!({ "sme": { "businessId": format!("{number:012}") } });
    let attended = json!({ "participant": unit(1), "hours": 20 });
    let planned = |code| json!({ "details": training_details(&key(code)), "on": "2019-01-01" });
    let proposed = |code| json!({ "details": research_details(&key(code)), "on": "2019-01-01" });
    let approved = |code| json!({ "research": key(code), "budget": { "amount": "500.00", "currency": "IRR" }, "on": "2019-01-02" });
    let delivered = json!({ "research": key("R-1"), "kind": "REPORT", "title": "گزارش", "on": "2019-01-03" });
    let milestone = json!({ "research": key("R-2"), "number": 1, "due": "2019-12-01", "on": "2019-01-03" });
    vec![
        command(
            "TakeOverTraining",
            json!({ "details": training_details(&key("T-1")), "enrolment": attended }),
        ),
        command("PlanTraining", planned("T-2")),
        command("OpenTraining", json!({ "training": key("T-2"), "on": "2019-02-01" })),
        command(
            "EnrolInTraining",
            json!({ "training": key("T-2"), "participant": unit(2), "on": "2019-02-02" }),
        ),
        command("PlanTraining", planned("T-3")),
        command("ProposeResearch", proposed("R-1")),
        command("ApproveResearch", approved("R-1")),
        command("RecordResearchResult", delivered),
        command("ProposeResearch", proposed("R-2")),
        command("ApproveResearch", approved("R-2")),
        command("SetResearchMilestone", milestone),
        command("ProposeResearch", proposed("R-3")),
    ]
}
