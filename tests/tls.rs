//! Connections that nobody reads on their way: TLS of its own, what browsers are told, and keys that come by it.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};
use tungstenite::Message;
use tungstenite::client::IntoClientRequest;

use crate::support::provider::{ISSUER, key_set, token};
use crate::support::{PATIENCE, Running, daftar, fails, folder, get_with};

/// A certificate of this machine, and its key, in files.
struct Pair {
    certificate: PathBuf,
    key: PathBuf,
}

fn pair(folder: &Path) -> Pair {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).expect("names");
    let pair = Pair { certificate: folder.join("certificate.pem"), key: folder.join("key.pem") };
    fs::write(&pair.certificate, made.cert.pem()).expect("a folder of its own");
    fs::write(&pair.key, made.signing_key.serialize_pem()).expect("a folder of its own");
    fs::set_permissions(&pair.key, fs::Permissions::from_mode(0o600)).expect("its own file");
    pair
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// A connection whose server the certificate vouches for.
fn connect(address: &str, pair: &Pair) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&pair.certificate).expect("a certificate")).expect("it is one");
    let config = ClientConfig::builder_with_provider(provider());
    let config = config.with_safe_default_protocol_versions().expect("they are known");
    let config = Arc::new(config.with_root_certificates(roots).with_no_client_auth());
    let name = ServerName::try_from("localhost").expect("a name");
    let stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    StreamOwned::new(ClientConnection::new(config, name).expect("a name"), stream)
}

/// The head and the body of the answer to a request by TLS.
fn asked(address: &str, pair: &Pair, body: &Value) -> (String, Value) {
    let body = body.to_string();
    let mut stream = connect(address, pair);
    write!(
        stream,
        "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .expect("it listens");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers and says goodbye");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    (head.to_ascii_lowercase(), serde_json::from_str(body).expect("JSON"))
}

fn serving(data: &Path, pair: &Pair) -> std::process::Command {
    let mut command = daftar();
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    command.env("DAFTAR_TLS__CERTIFICATE", &pair.certificate).env("DAFTAR_TLS__KEY", &pair.key);
    command
}

#[test]
fn requests_and_sockets_come_by_tls_alone() {
    let (kept, data) = folder();
    let pair = pair(kept.path());
    let server = Running::spawn(serving(&data, &pair)).expect("it serves");
    assert!(server.greeting.contains("https://127.0.0.1:"), "{}", server.greeting);
    let (head, answer) = asked(&server.address, &pair, &json!({ "query": "{ __typename }" }));
    assert!(head.contains("\r\nstrict-transport-security: max-age="), "{head}");
    assert_eq!(answer["data"]["__typename"], "Query");

    let mut request = format!("wss://{}/graphql", server.address).into_client_request().expect("an address");
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().expect("text"));
    let (mut socket, _) = tungstenite::client(request, connect(&server.address, &pair)).expect("a WebSocket");
    socket.send(Message::text(json!({ "type": "connection_init" }).to_string())).expect("it is open");
    assert!(socket.read().expect("it is open").to_text().expect("text").contains("connection_ack"));

    let mut plain = TcpStream::connect(&server.address).expect("it listens");
    plain.set_read_timeout(Some(PATIENCE)).expect("a socket");
    plain.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("it listens");
    let mut told = Vec::new();
    // It may end with a reset.
    let _ = plain.read_to_end(&mut told);
    assert!(!told.windows(4).any(|bytes| bytes == b"HTTP"), "{told:?}");
    assert!(server.terminate().success());
}

#[test]
fn every_answer_tells_browsers_to_beware() {
    let (_kept, data) = folder();
    let server = Running::on(&data);
    for path in
        ["/", "/graphql", "/healthz", "/readyz", "/metrics", "/schema.graphql", "/log/checkpoint", "/nowhere"]
    {
        let answer = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        let answer = answer.get(format!("http://{}{path}", server.address)).call().expect("it answers");
        let header =
            |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("x-frame-options"), "DENY", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        let policy = header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert_eq!(header("strict-transport-security"), "", "{path}: connections are plain");
    }
}

#[test]
fn a_key_that_others_can_read_or_of_another_certificate_is_refused() {
    let (kept, data) = folder();
    let first = pair(kept.path());
    let other = kept.path().join("other");
    fs::create_dir(&other).expect("a folder");
    let second = pair(&other);
    let mixed = Pair { certificate: first.certificate.clone(), key: second.key };
    let (_, told) = fails(&mut serving(&data, &mixed));
    assert!(told.contains("tls.certificate and tls.key"), "{told}");
    fs::set_permissions(&first.key, fs::Permissions::from_mode(0o644)).expect("its own file");
    let (_, told) = fails(&mut serving(&data, &first));
    assert!(told.contains("644") && told.contains("key.pem"), "{told}");
    fs::set_permissions(&first.key, fs::Permissions::from_mode(0o600)).expect("its own file");
    fs::write(&first.certificate, "-----BEGIN NOTHING-----").expect("its own file");
    let (_, told) = fails(&mut serving(&data, &first));
    assert!(told.contains("certificate"), "{told}");
}

/// Serves the provider's keys by TLS.
fn keys(pair: &Pair) -> String {
    let chain = vec![CertificateDer::from_pem_file(&pair.certificate).expect("a certificate")];
    let key = PrivateKeyDer::from_pem_file(&pair.key).expect("a key");
    let config = ServerConfig::builder_with_provider(provider());
    let config = config.with_safe_default_protocol_versions().expect("they are known").with_no_client_auth();
    let config = Arc::new(config.with_single_cert(chain, key).expect("a pair"));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("https://localhost:{}/jwks", listener.local_addr().expect("bound").port());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(Arc::clone(&config)).expect("a configuration");
            let mut stream = StreamOwned::new(connection, stream);
            let body = key_set().to_string();
            // Whoever doesn't believe the certificate is gone already.
            let _ = stream.read(&mut [0; 4096]).and_then(|_| {
                write!(
                    stream,
                    "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                )
            });
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    url
}

#[test]
fn the_keys_of_a_provider_come_by_tls_from_whom_an_authority_vouches_for() {
    let (kept, data) = folder();
    let pair = pair(kept.path());
    let url = keys(&pair);
    let serve = |authorities: &Path| {
        let mut command = daftar();
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&data);
        command.env("DAFTAR_IDENTITY__ISSUER", ISSUER).env("DAFTAR_IDENTITY__JWKS", &url);
        command.env("DAFTAR_VAULT_KEY", STANDARD.encode([9; 32])).env("SSL_CERT_FILE", authorities);
        Running::spawn(command).expect("it serves")
    };
    let bearer = format!("Bearer {}", token("sara", &["AUDITOR"], &[], 600));
    let status = |server: &Running| get_with(&server.address, "/log/events", &[("authorization", &bearer)]).0;
    let server = serve(&pair.certificate);
    assert_eq!(status(&server), 200);
    assert!(server.terminate().success());
    let other = kept.path().join("other");
    fs::create_dir(&other).expect("a folder");
    let server = serve(&self::pair(&other).certificate);
    assert_eq!(status(&server), 503, "nobody vouches for it");
}

#[test]
fn an_import_goes_by_tls_with_a_token_and_by_nothing_less() {
    let (kept, data) = folder();
    let pair = pair(kept.path());
    let jwks = kept.path().join("jwks");
    fs::write(&jwks, key_set().to_string()).expect("a folder of its own");
    let mut command = serving(&data, &pair);
    command.env("DAFTAR_IDENTITY__ISSUER", ISSUER).env("DAFTAR_IDENTITY__JWKS", &jwks);
    command.env("DAFTAR_VAULT_KEY", STANDARD.encode([9; 32]));
    let server = Running::spawn(command).expect("it serves");
    let file = kept.path().join("parks.csv");
    let rows = "code,name,type,province,hectares,plots,allotted\nP-1,شهرک,PARK,IR-10,211.80,788,0\n";
    fs::write(&file, rows).expect("a folder of its own");
    let secret = kept.path().join("token");
    fs::write(&secret, token("importer", &["OPERATOR"], &["IR-10"], 600)).expect("a folder of its own");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).expect("its own file");
    let import = |url: &str| {
        let mut command = daftar();
        command.args(["import", "parks"]).arg(&file).args(["--url", url, "--token-file"]).arg(&secret);
        command.env("SSL_CERT_FILE", &pair.certificate);
        command
    };
    let port = server.address.rsplit(':').next().expect("a port");
    let done = import(&format!("https://localhost:{port}")).output().expect("it runs");
    let told = String::from_utf8_lossy(&done.stderr).into_owned() + &String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{told}");
    let (_, answer) = asked(&server.address, &pair, &json!({ "query": "{ parks { nodes { code } } }" }));
    assert_eq!(answer["data"]["parks"]["nodes"], json!([{ "code": "P-1" }]), "{told}");
    let (_, told) = fails(&mut import("http://elsewhere.example"));
    assert!(told.contains("a token goes by https"), "{told}");
}
