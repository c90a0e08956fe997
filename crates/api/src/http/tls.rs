//! TLS by rustls: versions 1.2 and 1.3, keys and ciphers of its defaults.
//!
//! Guarantees: a private key that others can read is refused. Must never write down a key.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::client::provider;
use crate::config::Tls;

/// The largest file of certificates or of a key, in bytes.
const FILE_MOST_BYTES: u64 = 1 << 20;

/// Why connections can't be protected. It names the file, never what is in it.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file can't be read, or is none.
    #[error("{file}: {why}")]
    File {
        /// The file.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// The certificate and the key don't belong together, or are of a kind that isn't known.
    #[error("tls.certificate and tls.key: {0}")]
    Pair(#[from] rustls::Error),
}

/// What protects connections; none where the settings name no certificate.
///
/// # Errors
/// [`TlsError`].
pub fn acceptor(settings: &Tls) -> Result<Option<TlsAcceptor>, TlsError> {
    let (Some(certificate), Some(key)) = (&settings.certificate, &settings.key) else { return Ok(None) };
    let chain: Result<Vec<CertificateDer<'static>>, _> =
        CertificateDer::pem_slice_iter(&read(certificate, false)?).collect();
    let chain = chain.map_err(|error| broken(certificate, &error))?;
    let key = PrivateKeyDer::from_pem_slice(&read(key, true)?).map_err(|error| broken(key, &error))?;
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some(TlsAcceptor::from(Arc::new(config))))
}

fn broken(path: &Path, why: &dyn std::fmt::Display) -> TlsError {
    TlsError::File { file: path.display().to_string(), why: why.to_string() }
}

/// A file, which is the owner's alone where it is secret.
fn read(path: &Path, secret: bool) -> Result<Vec<u8>, TlsError> {
    let fail = |error: std::io::Error| broken(path, &error);
    let file = File::open(path).map_err(fail)?;
    let mode = file.metadata().map_err(fail)?.permissions().mode();
    if secret && mode & 0o077 != 0 {
        return Err(broken(path, &format!("mode {:o} lets others read the key; make it 0600", mode & 0o777)));
    }
    let mut bytes = Vec::new();
    file.take(FILE_MOST_BYTES).read_to_end(&mut bytes).map_err(fail)?;
    Ok(bytes)
}
