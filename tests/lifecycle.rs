//! Starting, stopping, and being killed.

use std::net::TcpListener;
use std::sync::Arc;

use daftar_api::config::Config;
use daftar_api::server::Server;
use daftar_domain::ledger::{Clock, SimulatedClock, SystemClock};
use daftar_domain::opening::{self, LogOpened};
use daftar_domain::value::Moment;

use crate::support::{Running, daftar, fails, folder, park};

#[test]
fn what_was_acknowledged_is_there_after_a_stop_and_after_a_kill() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    assert_eq!(server.get("/healthz"), (200, "ok\n".to_owned()));
    assert!(server.greeting.contains("units") && !server.greeting.contains('?'), "{}", server.greeting);
    let first = server.command("establishPark", park("P-1"))["position"].clone();
    assert_eq!(server.get("/readyz"), (200, format!("ready at position {}\n", server.position())));
    assert!(server.terminate().success());

    let server = Running::on(&path);
    assert_eq!(first, server.position().to_string());
    let second = server.command("establishPark", park("P-2"))["position"].clone();
    server.kill();

    let server = Running::on(&path);
    assert_eq!(second, server.position().to_string());
    let taken = server.command("establishPark", park("P-1"));
    assert_eq!(taken["errors"][0]["code"], "DUPLICATE_PARK");
}

#[test]
fn a_signal_finishes_what_was_accepted() {
    let (_keep, path) = folder();
    let server = Arc::new(Running::on(&path));
    let clients: Vec<_> = (0..8)
        .map(|client| {
            let server = Arc::clone(&server);
            std::thread::spawn(move || {
                // A request that is not answered was not accepted: the connection was closed.
                let recorded = |number: u32| {
                    let body = serde_json::json!({
                        "query": "mutation($i: EstablishParkInput!) { establishPark(input: $i) { position } }",
                        "variables": { "i": park(&format!("P-{client}-{number}")) },
                    });
                    let answer = ureq::post(format!("http://{}/graphql", server.address))
                        .header("content-type", "application/json")
                        .send(body.to_string());
                    let text = answer.ok()?.body_mut().read_to_string().ok()?;
                    let answer: serde_json::Value = serde_json::from_str(&text).ok()?;
                    answer["data"]["establishPark"]["position"].as_str().map(str::to_owned)
                };
                (0..).map_while(recorded).last().and_then(|position| position.parse::<u64>().ok()).unwrap_or(0)
            })
        })
        .collect();
    std::thread::sleep(std::time::Duration::from_millis(300));
    server.signal("TERM");
    let last =
        clients.into_iter().map(|client| client.join().expect("a client")).max().expect("eight clients");
    let server = Arc::into_inner(server).expect("the clients are done");
    assert!(server.terminate().success());
    assert!(last > 9, "nothing was recorded");
    assert!(Running::on(&path).position() >= last);
}

#[test]
fn a_port_in_use_is_told_in_one_line() {
    let (_keep, path) = folder();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let told = fails(daftar().args(["serve", "--listen", &address, "--data"]).arg(&path));
    assert_eq!(told, (1, format!("daftar: {address} is in use: another program listens there\n")));
}

#[test]
fn a_folder_in_use_is_told_in_one_line() {
    let (_keep, path) = folder();
    let _server = Running::on(&path);
    let (code, told) = fails(daftar().args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&path));
    assert_eq!((code, told.lines().count()), (1, 1), "{told}");
    assert!(told.contains("in use") && told.contains("record"), "{told}");
}

#[test]
fn a_folder_that_is_a_file_is_told_in_one_line() {
    let (keep, _) = folder();
    let file = keep.path().join("file");
    std::fs::write(&file, "not a folder").expect("a file");
    let (code, told) = fails(daftar().args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&file));
    assert_eq!((code, told.lines().count()), (1, 1), "{told}");
    assert!(told.contains("file"), "{told}");
}

#[test]
fn a_store_that_was_cut_short_is_refused() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    server.command("establishPark", park("P-1"));
    assert!(server.terminate().success());
    for entry in std::fs::read_dir(path.join("log")).expect("the store").flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            std::fs::remove_file(entry.path()).expect("it is ours");
        }
    }
    let (code, told) = fails(daftar().args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&path));
    assert_eq!((code, told.lines().count()), (1, 1), "{told}");
    assert!(told.contains("position 0") && told.contains("cut short"), "{told}");
}

#[test]
fn a_clock_behind_the_log_is_told_in_one_line() {
    let (_keep, path) = folder();
    let tomorrow = Moment::from_millis(SystemClock.now().millis() + 86_400_000);
    let opened = LogOpened {
        origin: "daftar.test".to_owned(),
        format: daftar_domain::envelope::FORMAT,
        clock: opening::Clock::Simulated,
        demo: None,
    };
    let config = Config { data: path.clone(), ..Config::default() };
    let clock = Box::new(SimulatedClock::new(tomorrow));
    let server = Server::open_as(config, opened, clock, std::sync::Arc::default()).expect("a new log");
    server.ledger.close().expect("nothing is in its way");
    drop(server);
    let (code, told) = fails(daftar().args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&path));
    assert_eq!((code, told.lines().count()), (1, 1), "{told}");
    assert!(told.contains("the clock says") && told.contains(&tomorrow.to_string()), "{told}");
}
