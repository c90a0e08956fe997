//! Where the spans of requests go.

use serde::{Deserialize, Serialize};

use super::{ConfigError, bounded};

/// Settings of the OTLP exporter (OpenTelemetry over HTTP, in protocol buffers).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Otlp {
    /// The URL to which spans are sent, such as `http://127.0.0.1:4318/v1/traces`. None by default: nothing is sent. The
    /// standard variable `OTEL_EXPORTER_OTLP_HEADERS` names headers to send along.
    pub endpoint: Option<String>,
    /// How many of a hundred requests are traced, unless their caller has decided (`traceparent`). From 1 to 100; default
    /// 100.
    pub sampled_percent: u8,
}

impl Default for Otlp {
    fn default() -> Self {
        Self { endpoint: None, sampled_percent: 100 }
    }
}

impl Otlp {
    pub(super) fn checked(&self) -> Result<(), ConfigError> {
        bounded("otlp.sampled_percent", self.sampled_percent, 1..=100)?;
        let scheme = |endpoint: &str| endpoint.starts_with("http://") || endpoint.starts_with("https://");
        match &self.endpoint {
            Some(endpoint) if !scheme(endpoint) => {
                Err(ConfigError::Malformed(format!("otlp.endpoint is {endpoint:?}, no URL of http or https")))
            }
            _ => Ok(()),
        }
    }
}
