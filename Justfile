# Serve what the data folder holds
run *arguments:
    cargo run --release -- serve {{arguments}}

# Serve the national reference set
demo *arguments:
    cargo run --release -- serve --demo {{arguments}}

# Build the program with GraphiQL, from npm, at `/`
graphiql:
    tests/node/run assets
    cargo build --release --features graphiql

# Everything that must hold before a change lands
test:
    tests/run

# Speed and memory, each beside a limit or a peer in the same run
bench *arguments:
    cargo bench -p daftar --bench daftar -- {{arguments}}

# Write the published contracts anew
schema:
    cargo run -- schema --out schema

# Try what reads bytes of others with libFuzzer, each target for some seconds (30, or as many as are named)
fuzz *arguments:
    tests/fuzz/run {{arguments}}

# Format and lint
lint:
    cargo fmt --all
    cargo clippy --workspace --all-targets -- -D warnings
    cargo clippy -p daftar-domain --no-default-features -- -D warnings

# Speed beside PostGraphile 5 over PostgreSQL 15 (from npm and Debian) and a bare handler, in one run
bench-peers *arguments:
    tests/bench/peers/run {{arguments}}
