//! Certified figures, checked on the store, on a bundle and on another data folder; and each way to falsify one.

use super::certify::{Certify, Check};
use super::*;

const QUERY: &str =
    "query Parks($first: Int) { position parks(first: $first) { totalCount nodes { code area } } }";

fn input(data: Option<&Path>, bundle: Option<&Path>) -> Input {
    Input {
        data: data.map(Path::to_owned),
        bundle: bundle.map(Path::to_owned),
        url: None,
        checkpoint: None,
        work: None,
    }
}

fn certify(office: &Office, position: Option<u64>, query: &str) -> Result<PathBuf, Finding> {
    let (file, out) = (office.path("query.graphql"), office.path("figure.json"));
    fs::write(&file, query).unwrap();
    let certify = Certify {
        input: input(Some(&office.data), None),
        keys: office.keys(),
        seen: Seen::default(),
        query: file,
        variables: r#"{"first":3}"#.to_owned(),
        operation: None,
        position,
        out: out.clone(),
    };
    certify.run(&Progress::new()).map(|_| out)
}

fn check(office: &Office, certificate: &Path, input: Input) -> Result<String, Finding> {
    let check =
        Check { certificate: certificate.to_owned(), input, keys: office.keys(), seen: Seen::default() };
    check.run(&Progress::new())
}

#[test]
fn a_figure_is_checked_on_another_folder_that_was_restored_from_a_bundle() {
    let office = Office::with(1..8);
    let certificate = certify(&office, None, QUERY).unwrap();
    assert!(check(&office, &certificate, input(Some(&office.data), None)).unwrap().starts_with("the same: "));
    // More is recorded and signed since: the figure of then is still the figure of then.
    record(&office.data, 8..12);
    office.sign();
    let (bundle, _) = office.export("bundle");
    assert!(check(&office, &certificate, input(None, Some(&bundle))).unwrap().starts_with("the same: "));
    let restored = office.path("restored");
    import_bundle::import(&Bundle::new(&bundle), &restored, &office.trust(), &Progress::new()).unwrap();
    let said = check(&office, &certificate, input(Some(&restored), None)).unwrap();
    let text = fs::read_to_string(&certificate).unwrap();
    assert!(text.contains(r#""totalCount":7"#) && said.starts_with("the same: "), "{text}{said}");

    // A figure of an earlier position is certified as well, under the checkpoint that covers it.
    let early = office.verify(&[]).unwrap().position - 2;
    let certificate = certify(&office, Some(early), QUERY).unwrap();
    assert!(fs::read_to_string(&certificate).unwrap().contains(r#""totalCount":9"#));
    check(&office, &certificate, input(Some(&restored), None)).unwrap();
}

#[test]
fn a_figure_fails_when_any_event_before_its_position_was_altered() {
    let office = Office::with(1..6);
    let certificate = certify(&office, None, QUERY).unwrap();
    let (bundle, _) = office.export("bundle");
    let whole = fs::read_to_string(bundle.join(EVENTS)).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let mut bent = lines.clone();
        let changed = line.replacen("recordedAt\":\"2019", "recordedAt\":\"2018", 1);
        assert_ne!(&changed, line);
        bent[at] = &changed;
        fs::write(bundle.join(EVENTS), bent.join("\n") + "\n").unwrap();
        let finding = check(&office, &certificate, input(None, Some(&bundle))).expect_err("refused");
        assert_eq!(finding.position, Some(at as u64 + 1), "{finding}");
    }
    // The key's holder signs another history of the same length: the certificate is of the first one.
    let fork = Office::with(51..56);
    let (forked, _) = fork.export("forked");
    fork.verify_bundle(&forked, &[]).unwrap();
    let finding = check(&fork, &certificate, input(None, Some(&forked))).expect_err("refused");
    assert_eq!(finding.code, Code::Forked, "{finding}");
    // A history that ends before the figure's position.
    let short = Office::with(1..3);
    let finding = check(&short, &certificate, input(Some(&short.data), None)).expect_err("refused");
    assert_eq!(finding.code, Code::OlderThanSeen, "{finding}");
}

#[test]
fn a_certificate_that_was_altered_is_refused_with_its_place() {
    let office = Office::with(1..6);
    let certificate = certify(&office, None, QUERY).unwrap();
    let text = fs::read_to_string(&certificate).unwrap();
    let refused = |text: String| {
        fs::write(&certificate, text).unwrap();
        check(&office, &certificate, input(Some(&office.data), None)).expect_err("refused")
    };
    let finding = refused(text.replace(r#""totalCount":5"#, r#""totalCount":6"#));
    assert_eq!(finding.code, Code::Changed, "{finding}");

    // With the hash that fits the altered answer.
    let answer =
        |text: &str| text.split("\"answer\": ").nth(1).unwrap().strip_suffix("\n}\n").unwrap().to_owned();
    let hashed = |answer: &str| {
        daftar_domain::value::Fingerprint(<sha2::Sha256 as sha2::Digest>::digest(answer).into()).to_string()
    };
    let altered = text.replace(r#""totalCount":5"#, r#""totalCount":6"#);
    let altered = altered.replace(&hashed(&answer(&text)), &hashed(&answer(&altered)));
    let finding = refused(altered);
    assert_eq!(finding.code, Code::Differs, "{finding}");
    assert!(finding.to_string().contains("parks.totalCount: certified is 6, the record says 5"), "{finding}");

    let position = office.verify(&[]).unwrap().position;
    let moved =
        |to: u64| text.replace(&format!("\"position\": \"{position}\""), &format!("\"position\": \"{to}\""));
    assert_eq!(refused(moved(position + 1)).code, Code::Changed);
    assert_eq!(refused(moved(position - 1)).code, Code::Forked);
    assert_eq!(refused(text.replace(ORIGIN, "other.example")).code, Code::Unsigned);
    let stranger = Keys {
        keys: vec![PrivateKey::of_log(ORIGIN, &[8; 32]).unwrap().public().to_string()],
        cosignatures: None,
    };
    fs::write(&certificate, &text).unwrap();
    let check = Check {
        certificate: certificate.clone(),
        input: input(Some(&office.data), None),
        keys: stranger,
        seen: Seen::default(),
    };
    assert_eq!(check.run(&Progress::new()).unwrap_err().code, Code::Unsigned);
}

#[test]
fn what_is_not_signed_or_not_answered_is_not_certified() {
    let office = Office::with(1..4);
    let end = office.verify(&[]).unwrap().position;
    assert_eq!(certify(&office, Some(end + 1), QUERY).unwrap_err().code, Code::Usage);
    // The second event is the first of the command that adopts the tables.
    let finding = certify(&office, Some(2), QUERY).unwrap_err();
    assert_eq!((finding.code, finding.position), (Code::Usage, Some(2)), "{finding}");
    assert_eq!(certify(&office, None, "{ nothing }").unwrap_err().code, Code::Usage);
    let private = "{ events { nodes { type } } }";
    assert_eq!(certify(&office, None, private).unwrap_err().code, Code::Usage, "the public may not ask it");
    assert_eq!(certify(&office, None, "mutation { __typename }").unwrap_err().code, Code::Usage);
    let signed = office.verify(&[]).unwrap().position;
    record(&office.data, 4..5);
    assert_eq!(certify(&office, Some(signed + 1), QUERY).unwrap_err().code, Code::Unsigned);
    assert!(!office.path("figure.json").exists());
    certify(&office, None, QUERY).unwrap();
}

#[test]
#[ignore = "needs Python with cryptography, which tests/run provides"]
fn the_independent_verifier_holds_a_certificate_to_its_log() {
    let office = Office::with(1..6);
    let certificate = certify(&office, None, QUERY).unwrap();
    record(&office.data, 6..9);
    office.sign();
    let (bundle, _) = office.export("bundle");
    let of = |office: &Office, bundle: &Path| {
        office.python(&[bundle.to_str().unwrap(), "--certificate", certificate.to_str().unwrap()])
    };
    assert!(of(&office, &bundle).unwrap().starts_with("verified: "));
    let fork = Office::with(51..59);
    let (forked, _) = fork.export("forked");
    assert!(of(&fork, &forked).unwrap_err().starts_with("FORKED: "));
    let short = Office::with(1..3);
    let (shorter, _) = short.export("shorter");
    assert!(of(&short, &shorter).unwrap_err().starts_with("OLDER_THAN_SEEN: "));
    let text = fs::read_to_string(&certificate).unwrap();
    fs::write(&certificate, text.replace(r#""totalCount":5"#, r#""totalCount":6"#)).unwrap();
    assert!(of(&office, &bundle).unwrap_err().starts_with("CHANGED: "));
}
