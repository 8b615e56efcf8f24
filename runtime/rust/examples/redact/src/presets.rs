//! Patterns that are ready to use.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A kind of sensitive text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Numbers of payment cards: 13 to 19 digits, in groups or not, with the right check digit.
    CreditCard,
    /// E-mail addresses.
    Email,
    /// IPv4 addresses.
    Ipv4,
    /// JSON web tokens.
    Jwt,
    /// What follows `Bearer` or `Basic` in an authorization header.
    BearerToken,
    /// Access key IDs of AWS.
    AwsAccessKey,
    /// Private keys in PEM.
    PrivateKey,
    /// Social security numbers of the United States.
    UsSsn,
    /// International bank account numbers, with the right check digits.
    Iban,
}

impl Preset {
    pub(crate) fn pattern(self) -> &'static str {
        match self {
            Self::CreditCard => r"\b[0-9](?:[ -]?[0-9]){12,18}\b",
            Self::Email => r"(?i)\b[a-z0-9._%+-]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)*\.[a-z]{2,24}\b",
            Self::Ipv4 => r"\b(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\b",
            Self::Jwt => r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*",
            Self::BearerToken => r"(?i)\b(?:bearer|basic)\s+[a-z0-9._~+/=-]{8,}",
            Self::AwsAccessKey => r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
            Self::PrivateKey => r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)",
            Self::UsSsn => r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b",
            Self::Iban => r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b",
        }
    }

    /// What a pattern can't say: whether the check digits are right.
    pub(crate) fn confirms(self, text: &str) -> bool {
        match self {
            Self::CreditCard => luhn(text),
            Self::Iban => mod_97(text),
            _ => true,
        }
    }
}

/// ISO/IEC 7812-1, annex B: the check digit of card numbers.
fn luhn(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let weighed = digits.iter().rev().enumerate().map(|(i, digit)| match i % 2 {
        0 => *digit,
        _ if *digit > 4 => digit * 2 - 9,
        _ => digit * 2,
    });
    // All zeros would be right.
    weighed.sum::<u32>() % 10 == 0 && digits.iter().any(|digit| *digit != 0)
}

/// ISO 13616: the check digits of an IBAN.
fn mod_97(text: &str) -> bool {
    let plain: Vec<char> = text.chars().filter(|c| *c != ' ').collect();
    if !(15..=34).contains(&plain.len()) {
        return false;
    }
    let (head, tail) = plain.split_at(4);
    let rest = tail.iter().chain(head).filter_map(|c| c.to_digit(36)).fold(0, |rest, value| match value {
        0..=9 => (rest * 10 + value) % 97,
        _ => (rest * 100 + value) % 97,
    });
    rest == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    #[test]
    fn presets_find_what_they_are_named_for_and_leave_what_looks_like_it() {
        for (preset, text, found) in [
            (Preset::CreditCard, "card 4111 1111 1111 1111.", true),
            (Preset::CreditCard, "card 4111-1111-1111-1112.", false),
            (Preset::CreditCard, "id 20261125183000123456", false),
            (Preset::CreditCard, "0000000000000000", false),
            (Preset::Email, "to ada@example.org now", true),
            (Preset::Email, "user@localhost", false),
            (Preset::Ipv4, "from 10.0.0.255", true),
            (Preset::Ipv4, "version 1.2.3", false),
            (Preset::Ipv4, "256.1.1.1", false),
            (Preset::Jwt, "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_", true),
            (Preset::BearerToken, "Authorization: Bearer abcdef123456", true),
            (Preset::BearerToken, "the bearer is here", false),
            (Preset::AwsAccessKey, "AKIAIOSFODNN7EXAMPLE", true),
            (Preset::PrivateKey, "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n", true),
            (Preset::PrivateKey, "-----BEGIN CERTIFICATE-----\nMIIE\n", false),
            (Preset::UsSsn, "078-05-1120", true),
            (Preset::Iban, "GB82 WEST 1234 5698 7654 32", true),
            (Preset::Iban, "GB82 WEST 1234 5698 7654 33", false),
        ] {
            let regex = Regex::new(preset.pattern()).unwrap();
            let confirmed = regex.find_iter(text).any(|matched| preset.confirms(matched.as_str()));
            assert_eq!(confirmed, found, "{preset:?} in {text}");
        }
    }
}
