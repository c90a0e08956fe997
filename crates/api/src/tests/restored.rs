//! What goes on from a snapshot answers as what never stopped.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;

use super::past::play::{Play, Step, step};
use super::past::questions::QUESTIONS;
use crate::snapshot::written_and_read;

/// Plays, and writes and reads state and view after so many steps.
fn play(steps: &[Step], snapshot_after: Option<usize>) -> Play {
    let mut play = Play::begin();
    for (number, step) in steps.iter().enumerate() {
        if snapshot_after == Some(number) {
            let view = written_and_read(&Arc::new(play.world.view.clone()));
            play.world.state = view.state.clone();
            play.world.view = view;
            play.world.view.events = Some(Arc::new(play.world.events.clone()));
        }
        play.step(step.clone());
    }
    play
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_snapshot_anywhere_changes_no_answer(
        steps in prop::collection::vec(step(), 2..40),
        at in any::<prop::sample::Index>(),
        past in any::<prop::sample::Index>(),
    ) {
        let (whole, resumed) = (play(&steps, None), play(&steps, Some(at.index(steps.len()))));
        prop_assert_eq!(&whole.world.events, &resumed.world.events);
        let end = whole.world.view.position;
        let as_of = 1 + past.index(end as usize) as u64;
        for question in QUESTIONS {
            let then = format!("{{ at(asOf: {{position: \"{as_of}\"}}) {question} }}");
            for question in [question, &then] {
                let answers = [&whole, &resumed].map(|play| play.world.ask_with(question, json!({})));
                prop_assert_eq!(&answers[0], &answers[1]);
            }
        }
    }
}
