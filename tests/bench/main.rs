//! `just bench`: speed and memory, each beside a limit or a peer in the same run, as ratios.
//!
//! `just bench [SECTION …]` runs the named sections, or all: `append`, `replay`, `serve`, `as-of`,
//! `mixed`, `live`, `attacks`. `just bench
//! as-of 10000000` (or a folder) asks the past of another log. `just bench record FOLDER
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
    let asked = |section: &str| arguments.is_empty() || arguments.iter().any(|argument| argument == section);
    if asked("append") {
        append::run();
    }
    if asked("replay") {
        replay::run();
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
