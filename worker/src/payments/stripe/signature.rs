//! Checks that a webhook comes from Stripe and was sent just now.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Seconds by which the clocks may differ, and for which a webhook may be on its way.
const TOLERANCE: i64 = 300;

/// Checks the header `Stripe-Signature`. While a secret is being replaced there are two of them,
/// and Stripe signs with both: one that fits is enough.
pub(super) fn is_valid(header: &str, body: &[u8], secrets: &[&str], now: i64) -> bool {
    let mut signed_at = None;
    let mut signatures = Vec::new();
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", seconds)) => signed_at = Some(seconds),
            // Other schemes are for tests of Stripe's own, and prove nothing.
            Some(("v1", signature)) => signatures.extend(bytes(signature)),
            _ => {}
        }
    }
    let Some(signed_at) = signed_at else { return false };
    let is_recent = signed_at
        .parse::<i64>()
        .is_ok_and(|seconds| seconds.abs_diff(now) <= TOLERANCE.unsigned_abs());
    is_recent
        && secrets.iter().any(|secret| {
            signatures.iter().any(|signature| fits(signature, signed_at, body, secret))
        })
}

/// Takes the same time for every wrong signature.
fn fits(signature: &[u8], signed_at: &str, body: &[u8], secret: &str) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(signed_at.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac.verify_slice(signature).is_ok()
}

fn bytes(hexadecimal: &str) -> Option<Vec<u8>> {
    let digits = hexadecimal.as_bytes();
    let pairs = digits.chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Made with generateTestHeaderString of Stripe's own library for Node.js, 23.1.0.
    const BODY: &[u8] = br#"{"id":"evt_1","object":"event","type":"payment_intent.succeeded"}"#;
    const SIGNED_AT: i64 = 1_795_000_000;
    const ONE: &str = "016a0881a081027333d41c2e97b9d63e39e4ec745894a19b048ae1e9d2e19358";
    const TWO: &str = "534ae344d9111ffa54d6f95763438f5a154aa7749f54d1a7adec240f273d30a4";
    const UTF_8: &str = "7804892031c8a1630cb37d128544ec227d49d7884d18de792c150910266d2538";
    const SECRET_ONE: &str = "whsec_one_for_tests";
    const SECRET_TWO: &str = "whsec_two_for_tests";

    fn header(scheme: &str, signature: &str) -> String {
        format!("t={SIGNED_AT},{scheme}={signature}")
    }

    fn is_valid_now(header: &str, secrets: &[&str]) -> bool {
        is_valid(header, BODY, secrets, SIGNED_AT)
    }

    #[test]
    fn what_stripes_own_library_signed_is_valid() {
        assert!(is_valid_now(&header("v1", ONE), &[SECRET_ONE]));
        let body = "{\"name\":\"Müller & Töchter 🌳\"}".as_bytes();
        assert!(is_valid(&header("v1", UTF_8), body, &[SECRET_ONE], SIGNED_AT));
    }

    #[test]
    fn while_a_secret_is_replaced_either_is_enough_on_either_side() {
        let both = format!("t={SIGNED_AT},v1={TWO},v1={ONE}");
        assert!(is_valid_now(&both, &[SECRET_ONE]) && is_valid_now(&both, &[SECRET_TWO]));
        assert!(is_valid_now(&header("v1", TWO), &[SECRET_ONE, SECRET_TWO]));
    }

    #[test]
    fn anything_else_is_not() {
        assert!(!is_valid_now(&header("v1", TWO), &[SECRET_ONE]), "another secret");
        assert!(!is_valid_now(&header("v0", ONE), &[SECRET_ONE]), "another scheme");
        assert!(!is_valid_now(&header("v1", ONE), &[]), "no secret");
        assert!(!is_valid(&header("v1", ONE), b"{}", &[SECRET_ONE], SIGNED_AT), "another body");
        let half = ONE.get(..32).unwrap();
        for header in ["", "t=", "v1=", &format!("v1={ONE}"), &header("v1", half)] {
            assert!(!is_valid_now(header, &[SECRET_ONE]), "{header}");
        }
        let moved = format!("t={},v1={ONE}", SIGNED_AT + 1);
        assert!(!is_valid_now(&moved, &[SECRET_ONE]), "another time");
    }

    #[test]
    fn a_signature_is_too_old_after_five_minutes_and_too_new_before() {
        let header = header("v1", ONE);
        let at = |now| is_valid(&header, BODY, &[SECRET_ONE], now);
        assert!(at(SIGNED_AT + 300) && at(SIGNED_AT - 300));
        assert!(!at(SIGNED_AT + 301) && !at(SIGNED_AT - 301));
        assert!(!is_valid(&header, BODY, &[SECRET_ONE], i64::MIN));
    }
}
