//! The rules, compiled.

use crate::config::{Config, Method, Summary};
use crate::presets::Preset;
use hmac::{Hmac, KeyInit, Mac};
use otelcol_plugin::Error;
use otelcol_plugin::config::Faults;
use regex::{Regex, RegexSet};
use sha2::Sha256;
use std::borrow::Cow;
use std::collections::HashSet;

/// The shortest key that isn't found by trying.
const KEY_SIZE: usize = 16;
/// Bytes of a hash that are shown: enough that no two texts of one Collector share one.
const HASH_SHOWN: usize = 12;

/// How much was redacted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) masked: u64,
    pub(crate) removed: u64,
}

impl Found {
    pub(crate) fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

impl std::ops::AddAssign for Found {
    fn add_assign(&mut self, other: Self) {
        self.masked += other.masked;
        self.removed += other.removed;
    }
}

#[derive(Debug)]
struct Rule {
    regex: Regex,
    preset: Option<Preset>,
}

#[derive(Debug)]
enum Replacement {
    Mask(String),
    Hash(Hmac<Sha256>),
}

/// Decides about keys, and finds and replaces in texts.
#[derive(Debug)]
pub(crate) struct Redactor {
    allowed_keys: Option<HashSet<String>>,
    ignored_keys: HashSet<String>,
    blocked_keys: RegexSet,
    /// One pass that tells most texts to be harmless; the same patterns as `rules`, in their order.
    first_look: RegexSet,
    rules: Vec<Rule>,
    allowed_values: Vec<Regex>,
    replacement: Replacement,
    pub(crate) bodies: bool,
    pub(crate) span_names: bool,
    pub(crate) counts: bool,
}

/// What becomes of an attribute, by its key.
pub(crate) enum Verdict {
    Keep,
    Search,
    Block,
    Remove,
}

impl Redactor {
    pub(crate) fn new(config: &Config) -> Result<Self, Error> {
        let mut faults = Faults::default();
        let mut rules: Vec<Rule> = config
            .presets
            .iter()
            .filter_map(|preset| Some(Rule { regex: Regex::new(preset.pattern()).ok()?, preset: Some(*preset) }))
            .collect();
        let own = compiled("blocked_values", &config.blocked_values, &mut faults);
        rules.extend(own.into_iter().map(|regex| Rule { regex, preset: None }));
        let blocked_keys = compiled("blocked_key_patterns", &config.blocked_key_patterns, &mut faults);
        let whole: Vec<String> = config.allowed_values.iter().map(|pattern| format!("^(?:{pattern})$")).collect();
        // Compiled as they are first: a fault is told in the user's own words.
        compiled("allowed_values", &config.allowed_values, &mut faults);
        if !config.allow_all_keys && config.allowed_keys.is_empty() {
            faults.add("allowed_keys", "without any, and with allow_all_keys: false, every attribute would be removed");
        }
        let replacement = match config.method {
            Method::Mask => Replacement::Mask(config.mask.clone()),
            Method::Hash => {
                let key = config.hash_key.reveal().as_bytes();
                if key.len() < KEY_SIZE {
                    faults.add("hash_key", format!("must have at least {KEY_SIZE} bytes, for method: hash"));
                }
                Replacement::Hash(Hmac::new_from_slice(key).map_err(|wrong| Error::config("hash_key", wrong))?)
            }
        };
        let set = |path, regexes: &[&str], faults: &mut Faults| {
            RegexSet::new(regexes).map_err(|wrong| faults.add(path, wrong)).unwrap_or_default()
        };
        let first_look: Vec<&str> = rules.iter().map(|rule| rule.regex.as_str()).collect();
        let first_look = set("blocked_values", &first_look, &mut faults);
        let blocked: Vec<&str> = blocked_keys.iter().map(Regex::as_str).collect();
        let blocked_keys = set("blocked_key_patterns", &blocked, &mut faults);
        faults.finish()?;
        Ok(Self {
            allowed_keys: (!config.allow_all_keys).then(|| config.allowed_keys.iter().cloned().collect()),
            ignored_keys: config.ignored_keys.iter().cloned().collect(),
            blocked_keys,
            first_look,
            rules,
            allowed_values: whole.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect(),
            replacement,
            bodies: config.bodies,
            span_names: config.span_names,
            counts: config.summary == Summary::Counts,
        })
    }

    pub(crate) fn verdict(&self, key: &str) -> Verdict {
        if self.ignored_keys.contains(key) {
            Verdict::Keep
        } else if self.allowed_keys.as_ref().is_some_and(|allowed| !allowed.contains(key)) {
            Verdict::Remove
        } else if self.blocked_keys.is_match(key) {
            Verdict::Block
        } else {
            Verdict::Search
        }
    }

    /// What stands in the place of a sensitive text.
    pub(crate) fn replaced(&self, text: &str) -> String {
        match &self.replacement {
            Replacement::Mask(mask) => mask.clone(),
            Replacement::Hash(keyed) => {
                let hash = keyed.clone().chain_update(text.as_bytes()).finalize().into_bytes();
                hash.iter().take(HASH_SHOWN).fold("hmac:".to_owned(), |hex, byte| hex + &format!("{byte:02x}"))
            }
        }
    }

    /// A text with all that is sensitive replaced, and how much that was; None: it holds nothing of the kind.
    pub(crate) fn searched(&self, text: &str) -> Option<(String, u64)> {
        let suspects = self.first_look.matches(text);
        if !suspects.matched_any() {
            return None;
        }
        let mut found = 0;
        let mut current = Cow::Borrowed(text);
        for rule in suspects.iter().map(|i| &self.rules[i]) {
            let replaced = rule.regex.replace_all(&current, |matched: &regex::Captures<'_>| {
                let matched = &matched[0];
                if !rule.preset.is_none_or(|preset| preset.confirms(matched)) || self.is_allowed(matched) {
                    return matched.to_owned();
                }
                found += 1;
                self.replaced(matched)
            });
            current = Cow::Owned(replaced.into_owned());
        }
        (found > 0).then(|| (current.into_owned(), found))
    }

    fn is_allowed(&self, matched: &str) -> bool {
        self.allowed_values.iter().any(|allowed| allowed.is_match(matched))
    }
}

fn compiled(field: &str, patterns: &[String], faults: &mut Faults) -> Vec<Regex> {
    let mut regexes = Vec::new();
    for (i, pattern) in patterns.iter().enumerate() {
        match Regex::new(pattern) {
            Ok(regex) if regex.is_match("") => {
                faults.add(format!("{field}[{i}]"), "matches the empty text, and so everywhere");
            }
            Ok(regex) => regexes.push(regex),
            Err(wrong) => faults.add(format!("{field}[{i}]"), wrong),
        }
    }
    regexes
}
