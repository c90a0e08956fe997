//! `just bench`: speed and memory, each beside a limit or a peer in the same run, as ratios.
//!
//! `just bench [SECTION …]` runs the named sections, or all: `append`, `replay`, `serve`. `just bench record FOLDER
//! EVENTS` writes a log with long histories into an empty folder, for other measurements. Everything it makes lies in a
//! temporary folder, everything it drives listens on loopback, and every load is bounded in count and time.

mod append;
mod bare;
mod history;
mod load;
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
}
