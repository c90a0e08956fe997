//! `just bench`: speed and memory, each beside a limit or a peer in the same run, as ratios.
//!
//! `just bench [SECTION …]` runs the named sections, or all: `append`, `replay`, `serve`. Everything it makes lies in a
//! temporary folder, everything it drives listens on loopback, and every load is bounded in count and time.

mod append;
mod bare;
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
