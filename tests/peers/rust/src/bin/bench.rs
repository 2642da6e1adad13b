//! The Rust peer of the bench: a module an area, each adding its operations to the map.
use std::collections::HashMap;

fn main() {
    let mut operations: HashMap<&'static str, peers::Prepare> = HashMap::new();
    peers::attest::add(&mut operations);
    peers::serve("rust, dcap-qvl 0.7.1", operations);
}
