//! `just bench`: speed and memory, each beside a limit or a peer in the same run, as ratios.
//!
//! `just bench [SECTION …]` runs the named sections, or all: `append`, `replay`, `proof`, `serve`, `as-of`, `mixed`,
//! `live`, `attacks`. `just bench as-of 10000000` (or a folder) asks the past of another log, `just bench replay FOLDER`
//! and `just bench proof FOLDER` replay and prove it. `just bench record FOLDER
//! EVENTS` writes a log with long histories into an empty folder, for other measurements. Everything it makes lies in a
//! temporary folder, everything it drives listens on loopback, and every load is bounded in count and time.

mod append;
mod as_of;
mod attacks;
mod bare;
mod history;
mod live;
mod load;
mod mixed;
mod proof;
mod replay;
mod serve;
mod table;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [first, address, folder] = arguments.as_slice()
        && first == "bare"
    {
        return bare::serve(address, folder);
    }
    if let [first, folder, events] = arguments.as_slice()
        && first == "record"
    {
        let events = events.parse().expect("a number of events");
        return history::record(std::path::Path::new(folder), events);
    }
    if let [first, log] = arguments.as_slice()
        && first == "as-of"
    {
        return as_of::run(Some(log));
    }
    if let [first, folder] = arguments.as_slice() {
        match first.as_str() {
            "replay" => return replay::run(Some(folder)),
            "proof" => return proof::run(Some(folder)),
            _ => {}
        }
    }
    let asked = |section: &str| arguments.is_empty() || arguments.iter().any(|argument| argument == section);
    if asked("append") {
        append::run();
    }
    if asked("replay") {
        replay::run(None);
    }
    if asked("proof") {
        proof::run(None);
    }
    if asked("serve") {
        serve::run();
    }
    if asked("as-of") {
        as_of::run(None);
    }
    if asked("mixed") {
        mixed::run();
    }
    if asked("live") {
        live::run();
    }
    if asked("attacks") {
        attacks::run();
    }
}
