//! What is sensitive, and what becomes of it.

use crate::presets::Preset;
use otelcol_plugin::config::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Redacts sensitive data: attributes by their keys, and whatever patterns find in attributes, log bodies, span names and
/// status messages.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Whether attributes with any key may stay. If false, those that `allowed_keys` doesn't list are removed.
    pub allow_all_keys: bool,
    /// Keys of attributes that stay when `allow_all_keys` is false. Their values are still searched.
    pub allowed_keys: Vec<String>,
    /// Keys of attributes that are left as they are, whatever they hold.
    pub ignored_keys: Vec<String>,
    /// Regular expressions. An attribute whose key one of them matches loses its whole value.
    pub blocked_key_patterns: Vec<String>,
    /// What is looked for in texts, ready to use.
    pub presets: Vec<Preset>,
    /// Regular expressions of your own that are looked for in texts. What they match is redacted, the text around it stays.
    pub blocked_values: Vec<String>,
    /// Regular expressions. A match of a preset or of `blocked_values` stays if one of them matches all of it.
    pub allowed_values: Vec<String>,
    /// What becomes of it.
    pub method: Method,
    /// What stands in the place of what was masked.
    pub mask: String,
    /// The key of the hashes: at least 16 bytes. Who knows it can find out by trying what was hashed.
    pub hash_key: Secret,
    /// Whether log bodies are searched.
    pub bodies: bool,
    /// Whether names and status messages of spans are searched.
    pub span_names: bool,
    /// Whether what was changed is counted on it.
    pub summary: Summary,
}

/// What becomes of what is redacted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// `mask` stands in its place.
    #[default]
    Mask,
    /// A keyed hash stands in its place: the same text has the same hash, so that it can still be counted and joined.
    Hash,
}

/// Whether what was changed is counted on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Summary {
    /// Nothing is added.
    None,
    /// Spans, log records, data points and resources get `redact.masked.count` and `redact.removed.count`, where these
    /// are above 0.
    #[default]
    Counts,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            allow_all_keys: true,
            allowed_keys: Vec::new(),
            ignored_keys: Vec::new(),
            blocked_key_patterns: vec![
                r"(?i)(^|[._-])(password|passwd|secret|api[._-]?key|access[._-]?token|authorization)$".into(),
            ],
            presets: vec![
                Preset::CreditCard,
                Preset::Jwt,
                Preset::BearerToken,
                Preset::AwsAccessKey,
                Preset::PrivateKey,
            ],
            blocked_values: Vec::new(),
            allowed_values: Vec::new(),
            method: Method::Mask,
            mask: "****".into(),
            hash_key: Secret::default(),
            bodies: true,
            span_names: true,
            summary: Summary::Counts,
        }
    }
}
