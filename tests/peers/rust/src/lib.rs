//! What the Rust peers share: the bench protocol of tests/peers/README.md.
pub mod attest;

use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::time::{Duration, Instant};

/// Does an operation n times and returns the time that counts.
pub type Run = Box<dyn FnMut(u64) -> Duration>;
/// Makes the inputs of an operation.
pub type Prepare = Box<dyn Fn() -> Run>;

/// An operation that may be done again and again on the same inputs.
pub fn timed(mut f: impl FnMut() + 'static) -> Run {
    Box::new(move |n| {
        let start = Instant::now();
        for _ in 0..n {
            f();
        }
        start.elapsed()
    })
}

/// Answers requests on stdin until it ends.
pub fn serve(versions: &str, operations: HashMap<&'static str, Prepare>) {
    let mut ready: HashMap<String, Run> = HashMap::new();
    println!("{versions}");
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let mut words = line.split(' ');
        let name = words.next().unwrap_or("");
        let times = words.next().and_then(|w| w.parse::<u64>().ok());
        match (operations.get(name), times) {
            (Some(prepare), Some(n)) => {
                let run = ready.entry(name.to_string()).or_insert_with(prepare);
                println!("{}", run(n).as_nanos());
            }
            (None, Some(_)) => println!("no such operation"),
            _ => println!("not a request: {line}"),
        }
        let _ = std::io::stdout().flush();
    }
}
