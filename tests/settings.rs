//! Settings that can't be used end the start with one line that names them.

use crate::support::{Running, daftar, fails, folder};

#[test]
fn a_setting_that_cannot_be_used_is_named() {
    let (keep, path) = folder();
    let file = keep.path().join("daftar.toml");
    for (toml, tells) in [
        ("colour = \"blue\"", "colour"),
        ("[http]\nbody_max = 1", "body_max"),
        ("[graphql]\ndepth_max = 1000", "graphql.depth_max is 1000"),
        ("listen = \"0.0.0.0:8080\"", "only loopback"),
        ("listen = 8080", "listen"),
        ("data = [", "daftar: settings: "),
        ("log = \"=,=\"", "log"),
    ] {
        std::fs::write(&file, toml).expect("a file");
        let (code, told) = fails(daftar().args(["serve", "--data"]).arg(&path).arg("--config").arg(&file));
        assert_eq!((code, told.lines().count()), (1, 1), "{toml}: {told}");
        assert!(told.contains(tells), "{toml}: {told}");
        assert!(!path.exists(), "nothing is made before the settings are known to be good");
    }
    let (code, told) = fails(daftar().args(["serve", "--config", "/nowhere.toml"]));
    assert_eq!(code, 1);
    assert!(told.starts_with("daftar: settings file /nowhere.toml: "), "{told}");
    let (code, told) =
        fails(daftar().args(["serve", "--data"]).arg(&path).env("DAFTAR_LISTEM", "127.0.0.1:1"));
    assert!(code == 1 && told.contains("listem"), "{told}");
}

#[test]
fn a_file_is_named_by_flag_or_environment() {
    let (keep, path) = folder();
    let file = keep.path().join("daftar.toml");
    std::fs::write(&file, "[http]\nbody_max_bytes = 1024\n").expect("a file");
    let server = Running::with(&path, &["--config", file.to_str().expect("a path")]);
    let body = format!("{{\"query\":\"{{ __typename }}\",\"x\":\"{}\"}}", "x".repeat(2000));
    let (status, answer) = server.post(&body, &[("content-type", "application/json")]);
    assert_eq!(status, 413, "{answer}");
    assert!(answer.contains("BODY_TOO_LARGE"), "{answer}");
}
