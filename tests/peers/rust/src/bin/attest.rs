//! Answers the cases of tests/peers/attest_cases, read from stdin: twelve fields a case, each with its length.
use std::io::{Read, Write};

fn main() {
    let mut input = std::io::BufReader::new(std::io::stdin().lock());
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    std::panic::set_hook(Box::new(|_| {}));
    loop {
        let mut fields = Vec::with_capacity(12);
        for i in 0..12 {
            let mut n = [0u8; 4];
            if input.read_exact(&mut n).is_err() {
                assert!(i == 0, "a case cut short");
                return;
            }
            let mut bytes = vec![0u8; u32::from_le_bytes(n) as usize];
            input.read_exact(&mut bytes).expect("a whole case");
            fields.push(bytes);
        }
        let line = std::panic::catch_unwind(|| peers::attest::answer(&fields)).unwrap_or("PANIC".to_string());
        writeln!(out, "{line}").expect("output");
    }
}
