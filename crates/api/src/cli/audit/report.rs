//! What a green audit says.

use std::fmt;

use daftar_domain::log::checkpoint::SignedCheckpoint;
use daftar_domain::log::merkle::TreeHash;

use super::chain::Chain;

/// What was verified.
#[derive(Debug, Clone)]
pub struct Verified {
    /// What was audited: a folder.
    pub name: String,
    /// The checkpoint that vouches for it.
    pub signed: SignedCheckpoint,
    /// The position of the last event.
    pub position: u64,
    /// The root over all events.
    pub root: TreeHash,
    lines: Vec<String>,
}

impl Verified {
    /// What the chain came to under a checkpoint.
    pub fn new(name: &str, chain: &Chain, signed: SignedCheckpoint) -> Self {
        let mut lines = Vec::new();
        let (position, root) = (chain.position(), chain.tree.root());
        let keys: Vec<String> = signed.signed_by.iter().map(|id| format!("{id:08x}")).collect();
        lines.push(format!("signed up to position {} by {}", signed.checkpoint.size, keys.join(", ")));
        for cosigned in &signed.cosigned {
            lines.push(format!("cosigned by {} at {} (seconds since 1970)", cosigned.witness, cosigned.at));
        }
        if signed.unknown > 0 {
            lines
                .push(format!("{} more signatures by keys that were not given, not checked", signed.unknown));
        }
        if position > signed.checkpoint.size {
            lines.push(format!("positions {} to {position} are NOT signed", signed.checkpoint.size + 1));
        }
        if chain.commits > 0 {
            lines.push(format!("{} commits, with their checksums, roots, tiles and the head", chain.commits));
        }
        if let Some((first, last)) = chain.recorded {
            lines.push(format!("recorded from {first} to {last}"));
        }
        lines.extend(chain.types.iter().map(|(name, count)| format!("{count:>12}  {name}")));
        Self { name: name.to_owned(), signed, position, root, lines }
    }
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "verified: {} events of {} in {}",
            self.position, self.signed.checkpoint.origin, self.name
        )?;
        writeln!(f, "root {} at position {}", self.root, self.position)?;
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}
