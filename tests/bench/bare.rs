//! The limit of HTTP on this machine: an axum handler that reads the whole request and answers bytes it has at hand.

use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;

/// Answers `POST /NAME` with the content of `FOLDER/NAME`, until it is ended.
pub fn serve(address: &str, folder: &str) {
    let mut router = Router::new();
    for entry in std::fs::read_dir(folder).expect("a folder of answers") {
        let entry = entry.expect("a readable entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        let answer = Bytes::from(std::fs::read(entry.path()).expect("a readable answer"));
        let answering = post(move |_: Bytes| async move {
            ([(CONTENT_TYPE, "application/graphql-response+json; charset=utf-8")], answer)
        });
        router = router.route(&format!("/{name}"), answering);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let listener = tokio::net::TcpListener::bind(address).await.expect("a free address");
        axum::serve(listener, router).await.expect("served");
    });
}
