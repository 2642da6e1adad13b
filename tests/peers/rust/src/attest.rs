//! dcap-qvl: verification of quotes, measured and compared.
use crate::{timed, Prepare};
use dcap_qvl::verify::QuoteVerifier;
use dcap_qvl::QuoteCollateralV3;
use std::collections::HashMap;

fn hex(s: &str) -> Vec<u8> {
    (0..s.len() / 2).map(|i| u8::from_str_radix(&s[2 * i..2 * i + 2], 16).expect("hex")).collect()
}

/// A collateral file of our own form: texts, CRLs and signatures in hex.
fn collateral(path: &str) -> QuoteCollateralV3 {
    let v: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).expect(path)).expect("JSON");
    let text = |name: &str| v[name].as_str().expect(name).to_string();
    QuoteCollateralV3 {
        pck_crl_issuer_chain: text("pck_crl_issuer_chain"),
        root_ca_crl: hex(&text("root_ca_crl")),
        pck_crl: hex(&text("pck_crl")),
        tcb_info_issuer_chain: text("tcb_info_issuer_chain"),
        tcb_info: text("tcb_info"),
        tcb_info_signature: hex(&text("tcb_info_signature")),
        qe_identity_issuer_chain: text("qe_identity_issuer_chain"),
        qe_identity: text("qe_identity"),
        qe_identity_signature: hex(&text("qe_identity_signature")),
        pck_certificate_chain: None,
    }
}

pub fn add(operations: &mut HashMap<&'static str, Prepare>) {
    operations.insert(
        "attest-verify",
        Box::new(|| {
            let quote = std::fs::read("tests/data/attest/tdx4.quote").expect("quote");
            let set = collateral("tests/data/attest/tdx4.json");
            let verifier = QuoteVerifier::new_prod();
            timed(move || {
                let report = verifier.verify(&quote, &set, 1751624655).expect("verifies");
                assert_eq!(report.status, "UpToDate");
            })
        }),
    );
}

/// One case of tests/peers/attest_cases: its status and advisories, or why it was refused.
pub fn answer(fields: &[Vec<u8>]) -> String {
    let text = |i: usize| String::from_utf8(fields[i].clone());
    let now: u64 = text(0).unwrap_or_default().parse().unwrap_or(0);
    let (Ok(tcb_info), Ok(tcb_chain), Ok(qe), Ok(qe_chain)) = (text(5), text(7), text(8), text(10)) else {
        return "ERR not UTF-8".to_string();
    };
    let set = QuoteCollateralV3 {
        pck_crl_issuer_chain: String::new(),
        root_ca_crl: fields[4].clone(),
        pck_crl: fields[3].clone(),
        tcb_info_issuer_chain: tcb_chain,
        tcb_info,
        tcb_info_signature: fields[6].clone(),
        qe_identity_issuer_chain: qe_chain,
        qe_identity: qe,
        qe_identity_signature: fields[9].clone(),
        pck_certificate_chain: if fields[2].is_empty() { None } else { text(2).ok() },
    };
    match QuoteVerifier::new(fields[11].clone()).verify(&fields[1], &set, now) {
        Ok(r) => {
            let mut ids = r.advisory_ids;
            ids.sort();
            format!("OK {} {}", r.status, if ids.is_empty() { "-".to_string() } else { ids.join(",") })
        }
        Err(e) => format!("ERR {}", format!("{e:#}").replace(['\n', '\t'], " ")),
    }
}
