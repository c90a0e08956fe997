//! How this program asks others over HTTPS: a registry for imports and audits, a provider of identities for its keys.
//!
//! Guarantees: a server is believed only when the system's authorities vouch for it, or those of the file that
//! `SSL_CERT_FILE` names; closed networks have authorities of their own.

use std::sync::Arc;

use axum::http::Uri;
use rustls::crypto::CryptoProvider;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

/// The ciphers and signatures that are spoken.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// Whether a URL is one to which a secret may be sent: of https, or of http on this machine.
pub fn keeps_secret(url: &str) -> bool {
    let Ok(url) = url.parse::<Uri>() else { return false };
    let here = matches!(url.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let named = url.authority().is_some_and(|authority| authority.as_str().contains('@'));
    !named && (url.scheme_str() == Some("https") || here && url.scheme_str() == Some("http"))
}

/// How servers are believed. Authorities that can't be read vouch for nothing, which the log says.
pub fn tls() -> TlsConfig {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "reading the system's certificate authorities");
    }
    let authorities: Vec<Certificate<'static>> =
        found.certs.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(provider())
        .root_certs(RootCerts::Specific(Arc::new(authorities)))
        .build()
}

#[cfg(test)]
mod tests {
    use super::keeps_secret;

    #[test]
    fn secrets_go_by_https_or_to_this_machine() {
        for url in
            ["https://a.example/x", "http://127.0.0.1:8080", "http://localhost/graphql", "http://[::1]:1/"]
        {
            assert!(keeps_secret(url), "{url}");
        }
        for url in [
            "http://a.example",
            "http://127.0.0.1.a.example/",
            "http://localhost:1@a.example/",
            "http://127.0.0.1:80@a.example/",
            "ftp://localhost",
        ] {
            assert!(!keeps_secret(url), "{url}");
        }
    }
}
