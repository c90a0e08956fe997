//! Commands: recorded, repeated, rejected, rehearsed, crowded, cut off.

use super::*;

on_both_threads!(
    a_command_is_recorded_after_it_is_published,
    a_submission_is_judged_command_by_command_under_one_write,
    a_repeated_command_hears_the_first_result,
    another_body_under_a_known_id_is_a_conflict,
    only_what_was_recorded_is_remembered,
    a_dry_run_leaves_no_trace,
    another_version_than_expected_is_stale,
    those_who_wait_share_a_commit,
    past_its_bound_the_queue_says_so,
    when_the_store_fails_everyone_hears_that_the_outcome_is_unknown,
    a_write_that_failed_is_not_there_after_reopening,
    after_another_writer_everything_is_decided_anew,
    closing_finishes_what_was_accepted,
    times_follow_the_simulated_clock_and_never_go_back,
    drafts_that_overlap_build_on_each_other,
    a_draft_built_on_one_that_did_not_stand_is_void,
);

fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn a_command_is_recorded_after_it_is_published() {
    let (ledger, heard, log) = new_ledger();
    let begun = heard.positions().len() as u64;
    let answer = ledger.submit_blocking(vec![of(1, establish("P-1"))]).unwrap();
    assert_eq!(heard.reached.load(Ordering::SeqCst), answer.position, "published before it was acknowledged");
    let events = recorded(&answer.outcomes[0]);
    assert_eq!((events.len(), events[0].position, events[0].entity_version), (1, begun + 1, 1));
    assert_eq!((events[0].index, events[0].of, events[0].recorded_at), (1, 1, noon()));
    assert_eq!(events[0].command_hash, establish("P-1").hash());
    assert_eq!(log.tail(), 2);
    assert_eq!(recorded(&one(&ledger, of(2, revise("P-1", 50))))[0].entity_version, 2);
}

fn a_submission_is_judged_command_by_command_under_one_write() {
    let (ledger, heard, log) = new_ledger();
    let commands =
        [establish("P-1"), establish("P-1"), revise("P-1", 41), revise("P-9", 1), establish("P-2")];
    let answer =
        ledger.submit_blocking((1..).zip(commands).map(|(id, command)| of(id, command)).collect()).unwrap();
    let [first, duplicate, revised, unknown, second] = &answer.outcomes[..] else { panic!("{answer:?}") };
    assert_eq!((rejected(duplicate), rejected(unknown)), (Code::DuplicatePark, Code::UnknownReference));
    let versions = [first, revised, second].map(|outcome| recorded(outcome)[0].entity_version);
    assert_eq!((versions, log.tail()), ([1, 2, 1], 2));
    let positions = heard.positions();
    assert_eq!(positions, (1..=answer.position).collect::<Vec<_>>(), "each once, in order");
    assert!(block(ledger.submit(Vec::new())).unwrap().outcomes.is_empty());
}

fn a_repeated_command_hears_the_first_result() {
    let (ledger, _, log) = new_ledger();
    let twice = ledger.submit_blocking(vec![of(1, establish("P-1")), of(1, establish("P-1"))]).unwrap();
    let first = recorded(&twice.outcomes[0]).to_vec();
    let again = |ledger: &Ledger| match one(ledger, of(1, establish("P-1"))) {
        Outcome::Repeated(receipt) => receipt.events().to_vec(),
        other => panic!("{other:?}"),
    };
    assert!(matches!(&twice.outcomes[1], Outcome::Repeated(receipt) if receipt.events() == first));
    assert_eq!(again(&ledger), first);
    drop(ledger);
    let (ledger, _) = open(Arc::new(log.reopen()));
    assert_eq!(again(&ledger), first, "after a restart as well");
    assert_eq!(log.tail(), 2);
}

fn another_body_under_a_known_id_is_a_conflict() {
    let (ledger, _, _) = new_ledger();
    let both = ledger.submit_blocking(vec![of(1, establish("P-1")), of(1, establish("P-2"))]).unwrap();
    assert_eq!(rejected(&both.outcomes[1]), Code::IdempotencyConflict);
    assert_eq!(rejected(&one(&ledger, of(1, establish("P-3")))), Code::IdempotencyConflict);
    let other_actor = Submission { actor: another_actor(), ..of(1, establish("P-3")) };
    assert_eq!(recorded(&one(&ledger, other_actor)).len(), 1, "IDs are scoped by actor");
}

fn only_what_was_recorded_is_remembered() {
    let (ledger, _, _) = new_ledger();
    assert_eq!(rejected(&one(&ledger, of(1, revise("P-1", 5)))), Code::UnknownReference);
    assert_eq!(recorded(&one(&ledger, of(1, establish("P-1")))).len(), 1, "a rejected ID is free");
    let rehearsed = block(ledger.dry_run(vec![of(2, establish("P-2"))])).unwrap();
    assert_eq!(recorded(&rehearsed.outcomes[0]).len(), 1);
    assert_eq!(recorded(&one(&ledger, of(2, establish("P-3")))).len(), 1, "a rehearsed ID is free");
}

fn a_dry_run_leaves_no_trace() {
    let (ledger, heard, log) = new_ledger();
    let commands = vec![of(1, establish("P-1")), of(2, revise("P-1", 9)), of(3, establish("P-1"))];
    let rehearsed = block(ledger.dry_run(commands.clone())).unwrap();
    let position = heard.reached.load(Ordering::SeqCst);
    assert_eq!(recorded(&rehearsed.outcomes[1])[0].position, position + 2);
    assert_eq!(rejected(&rehearsed.outcomes[2]), Code::DuplicatePark);
    assert_eq!((rehearsed.position, log.tail()), (position, 1));
    let real = ledger.submit_blocking(commands).unwrap();
    assert_eq!(
        recorded(&real.outcomes[1]),
        recorded(&rehearsed.outcomes[1]),
        "what was said is what happens"
    );
}

fn another_version_than_expected_is_stale() {
    let (ledger, _, _) = new_ledger();
    one(&ledger, of(1, establish("P-1")));
    let revise =
        |id, expected| Submission { expected_version: Some(expected), ..of(id, revise("P-1", id as u32)) };
    assert_eq!(rejected(&one(&ledger, revise(2, 7))), Code::StaleVersion);
    assert_eq!(recorded(&one(&ledger, revise(3, 1)))[0].entity_version, 2);
    assert_eq!(rejected(&one(&ledger, revise(4, 1))), Code::StaleVersion);
}

fn those_who_wait_share_a_commit() {
    let (ledger, _, log) = faulty_ledger([Fault::Slow(Duration::from_millis(80))], settings());
    let first = ledger.submit(vec![of(1, establish("P-1"))]);
    std::thread::sleep(Duration::from_millis(30));
    let others: Vec<_> =
        (2..40).map(|id| ledger.submit(vec![of(id, establish(&format!("P-{id}")))])).collect();
    assert_eq!(ledger.in_flight(), 39);
    block(async {
        recorded(&first.await.unwrap().outcomes[0]);
        for other in others {
            recorded(&other.await.unwrap().outcomes[0]);
        }
    });
    assert_eq!(ledger.in_flight(), 0);
    assert!(log.tail() <= 4, "{} commits", log.tail());
}

fn past_its_bound_the_queue_says_so() {
    let settings = LedgerSettings { queue_commands: 3, submission_commands: 2, ..settings() };
    let (ledger, _, _) = faulty_ledger([Fault::Slow(Duration::from_millis(60))], settings);
    let waiting = [1, 3].map(|id| ledger.submit(vec![of(id, establish(&format!("P-{id}")))]));
    let two = || vec![of(5, establish("P-5")), of(6, establish("P-6"))];
    assert_eq!(block(ledger.submit(two())).unwrap_err(), LedgerError::Overloaded { limit: 3 });
    let three = [two(), two()].concat();
    assert_eq!(block(ledger.submit(three)).unwrap_err(), LedgerError::TooMany { found: 4, limit: 2 });
    for answer in waiting {
        block(answer).unwrap();
    }
    assert_eq!(block(ledger.submit(two())).unwrap().outcomes.len(), 2, "there is room again");
}

fn when_the_store_fails_everyone_hears_that_the_outcome_is_unknown() {
    let plan = [Fault::Slow(Duration::from_millis(60)), Fault::LoseAcknowledgement];
    let (ledger, heard, log) = faulty_ledger(plan, settings());
    let first = ledger.submit(vec![of(1, establish("P-1"))]);
    std::thread::sleep(Duration::from_millis(20));
    let (second, rejection) =
        (ledger.submit(vec![of(2, establish("P-2"))]), ledger.submit(vec![of(3, revise("P-9", 1))]));
    recorded(&block(first).unwrap().outcomes[0]);
    for answer in [block(second), block(rejection), block(ledger.submit(vec![of(4, establish("P-4"))]))] {
        let error = answer.unwrap_err();
        assert_eq!(error.code(), "UNAVAILABLE");
        assert!(error.to_string().starts_with("outcome unknown, repeat the command id"), "{error}");
    }
    assert!(ledger.failure().unwrap().contains("told to"));
    let published = heard.reached.load(Ordering::SeqCst);
    assert!(
        !heard.events.lock().unwrap().iter().any(|event| event.position > published),
        "nothing unsure is seen"
    );
    drop(ledger);
    let (ledger, _) = open(Arc::new(log.reopen()));
    assert!(matches!(one(&ledger, of(2, establish("P-2"))), Outcome::Repeated(_)), "it had been written");
    assert_eq!(recorded(&one(&ledger, of(4, establish("P-4")))).len(), 1, "this one had not");
}

fn a_write_that_failed_is_not_there_after_reopening() {
    let (ledger, _, log) = faulty_ledger([Fault::Fail(FaultyLog::unknown())], settings());
    let answer = ledger.submit_blocking(vec![of(1, establish("P-1"))]);
    assert_eq!(answer.unwrap_err().code(), "UNAVAILABLE");
    drop(ledger);
    let (ledger, _) = open(Arc::new(log.reopen()));
    assert_eq!(recorded(&one(&ledger, of(1, establish("P-1")))).len(), 1);
}

fn after_another_writer_everything_is_decided_anew() {
    let memory = MemoryLog::new();
    drop(open(Arc::new(memory.reopen())));
    let fork = copy(&memory);
    let (other, _) = open(Arc::new(fork.reopen()));
    one(&other, of(50, establish("P-1")));
    let plan = [Fault::OtherWriter(Box::new(tail_write(&fork)), Duration::ZERO)];
    let (ledger, heard) = open(Arc::new(FaultyLog::new(Arc::new(memory.reopen()), plan)));
    let begun = heard.reached.load(Ordering::SeqCst);
    let commands = vec![of(1, establish("P-1")), of(2, establish("P-2")), of(3, revise("P-1", 77))];
    let answer = ledger.submit_blocking(commands).unwrap();
    assert_eq!(rejected(&answer.outcomes[0]), Code::DuplicatePark, "the other writer took the code");
    assert_eq!(recorded(&answer.outcomes[1])[0].position, begun + 2);
    assert_eq!(recorded(&answer.outcomes[2])[0].entity_version, 2);
    assert_eq!(
        heard.positions(),
        (1..=begun + 3).collect::<Vec<_>>(),
        "the other's events are published too"
    );
    assert_eq!(memory.tail(), 3);
}

fn closing_finishes_what_was_accepted() {
    let (ledger, _, log) = faulty_ledger([Fault::Slow(Duration::from_millis(50))], settings());
    let accepted = [1, 2].map(|id| ledger.submit(vec![of(id, establish(&format!("P-{id}")))]));
    ledger.close().unwrap();
    for answer in accepted {
        recorded(&block(answer).unwrap().outcomes[0]);
    }
    assert_eq!(block(ledger.submit(vec![of(3, establish("P-3"))])).unwrap_err(), LedgerError::Closed);
    ledger.close().unwrap();
    let (ledger, _) = open(Arc::new(log.reopen()));
    assert!(matches!(one(&ledger, of(2, establish("P-2"))), Outcome::Repeated(_)));
}

fn times_follow_the_simulated_clock_and_never_go_back() {
    let (ledger, _, _) = new_ledger();
    let at = |days: i64| Moment::from_millis(noon().millis() + days * 86_400_000);
    let record = |id, days| {
        let answer = block(ledger.submit_at(vec![of(id, establish(&format!("P-{id}")))], at(days))).unwrap();
        recorded(&answer.outcomes[0])[0].recorded_at
    };
    assert_eq!([record(1, 3), record(2, 1), record(3, 4)], [at(3), at(3), at(4)]);
}

fn drafts_that_overlap_build_on_each_other() {
    let plan = (0..4).map(|_| Fault::Slow(Duration::from_millis(25)));
    let (ledger, heard, log) = faulty_ledger(plan, settings());
    let pause = || std::thread::sleep(Duration::from_millis(10));
    let first = ledger.submit(vec![of(1, establish("P-1"))]);
    pause();
    let second =
        ledger.submit(vec![of(2, revise("P-1", 50)), of(1, establish("P-1")), of(1, establish("P-2"))]);
    pause();
    let third = ledger.submit(vec![of(3, revise("P-1", 60))]);
    let (first, second, third) =
        block(async { (first.await.unwrap(), second.await.unwrap(), third.await.unwrap()) });
    let version = |outcome| recorded(outcome)[0].entity_version;
    assert_eq!([&first.outcomes[0], &second.outcomes[0], &third.outcomes[0]].map(version), [1, 2, 3]);
    assert!(
        matches!(&second.outcomes[1], Outcome::Repeated(receipt) if receipt.events() == recorded(&first.outcomes[0]))
    );
    assert_eq!(rejected(&second.outcomes[2]), Code::IdempotencyConflict);
    assert_eq!(heard.positions(), (1..=third.position).collect::<Vec<_>>());
    drop(ledger);
    open(Arc::new(log.reopen()));
}

fn a_draft_built_on_one_that_did_not_stand_is_void() {
    let memory = MemoryLog::new();
    drop(open(Arc::new(memory.reopen())));
    let fork = copy(&memory);
    let (other, _) = open(Arc::new(fork.reopen()));
    one(&other, of(50, establish("P-1")));
    let faulty = FaultyLog::new(
        Arc::new(memory.reopen()),
        [Fault::OtherWriter(Box::new(tail_write(&fork)), Duration::from_millis(40))],
    );
    let (ledger, heard) = open(Arc::new(faulty));
    let first = ledger.submit(vec![of(1, establish("P-1")), of(2, establish("P-2"))]);
    std::thread::sleep(Duration::from_millis(15));
    let second = ledger.submit(vec![of(3, revise("P-1", 77)), of(4, revise("P-2", 78))]);
    let (first, second) = block(async { (first.await.unwrap(), second.await.unwrap()) });
    assert_eq!(rejected(&first.outcomes[0]), Code::DuplicatePark);
    assert_eq!(
        [&second.outcomes[0], &second.outcomes[1]].map(|outcome| recorded(outcome)[0].entity_version),
        [2, 2]
    );
    assert_eq!(heard.positions(), (1..=second.position).collect::<Vec<_>>());
    drop(ledger);
    open(Arc::new(memory.reopen()));
}
