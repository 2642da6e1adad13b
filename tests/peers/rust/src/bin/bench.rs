//! The Rust peer of the bench: a module an area, each adding its operations to the map.
use std::collections::HashMap;

fn main() {
    peers::serve("rust", HashMap::new());
}
