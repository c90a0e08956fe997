//! What operators watch, and where.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// Settings of metrics.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Metrics {
    /// Where `/metrics`, `/healthz` and `/readyz` are served for operators alone. None by default: then a loopback
    /// listener serves them beside everything else, and any other one only the latter two.
    pub listen: Option<SocketAddr>,
}
