//! What happens to courses, workshops and projects in a play.

use serde_json::json;

use super::*;

impl Play {
    /// One of two courses, for units and the consortium.
    pub(super) fn training(&mut self, who: usize, kind: usize, on: i32) {
        let code = ["TR-1", "TR-2"][who % 2];
        let participant = match who {
            3 => json!({ "consortium": { "code": "CON-1" } }),
            sme => json!({ "sme": self.sme(sme) }),
        };
        let (name, mut input) = match kind {
            0 => {
                let details = json!({ "code": code, "kind": "COURSE", "subject": "EXPORT_BASICS", "title": "دوره صادرات",
                    "audiences": ["CONSORTIUMS", "SMES"], "hours": 20, "seats": 2, "attendance": 50,
                    "starts": day(15), "ends": day(20) });
                self.record("PlanTraining", json!({ "details": details, "on": day(0) }));
                return;
            }
            1 => ("OpenTraining", json!({})),
            2 | 3 => ("EnrolInTraining", json!({ "participant": participant })),
            4 => ("WithdrawFromTraining", json!({ "participant": participant, "reason": "HOLDER_REQUEST" })),
            5 => ("HoldTraining", json!({})),
            6 => (
                "RecordAttendance",
                json!({ "attended": [{ "participant": participant, "hours": on % 21 }] }),
            ),
            7 => ("IssueTrainingCertificates", json!({ "certified": [{ "participant": participant }] })),
            8 => ("ReviseTraining", json!({ "seats": 3, "title": "دوره تازه", "province": "IR-10" })),
            _ => ("CancelTraining", json!({ "reason": "OTHER" })),
        };
        (input["training"], input["on"]) = (json!({ "code": code }), json!(day(on)));
        self.record(name, input);
    }

    /// One of two projects.
    pub(super) fn research(&mut self, at: usize, kind: usize, on: i32) {
        let code = ["RS-1", "RS-2"][at % 2];
        let rials = |amount: &str| json!({ "amount": amount, "currency": "IRR" });
        let (name, mut input) = match kind {
            0 => {
                let executor =
                    if at < 2 { json!({ "sme": self.sme(at) }) } else { json!({ "office": "UT" }) };
                let details = json!({ "code": code, "title": "پژوهش بازار", "topic": "EXPORTS", "executor": executor,
                    "smes": [self.sme(at + 1)] });
                self.record("ProposeResearch", json!({ "details": details, "on": day(0) }));
                return;
            }
            1 => ("ApproveResearch", json!({ "budget": rials("900.00") })),
            2 => ("SetResearchMilestone", json!({ "number": 1, "due": day(on + 30) })),
            3 => ("ReachResearchMilestone", json!({ "number": 1 })),
            4 => ("PayResearch", json!({ "amount": rials("250.50") })),
            5 => ("RecordResearchResult", json!({ "kind": "REPORT", "title": "گزارش" })),
            6 => ("CloseResearch", json!({})),
            7 => ("ReviseResearch", json!({ "budget": rials("700.00"), "province": "IR-07" })),
            _ => ("AbandonResearch", json!({ "reason": "OTHER" })),
        };
        (input["research"], input["on"]) = (json!({ "code": code }), json!(day(on)));
        self.record(name, input);
    }
}
