//! Configurations: a struct with serde and schemars, read from the Collector's JSON with errors that name the field.

use crate::error::Error;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_path_to_error::Segment;
use std::borrow::Cow;
use std::fmt::Write;

/// What a component is configured with: any struct that derives `Serialize`, `Deserialize` and `JsonSchema` and has a
/// `Default`. Doc comments become the documentation of the fields, `Default` the default configuration.
///
/// With `#[serde(default)]` on the struct a user may leave out any field. A field that is not there is refused, with or
/// without `#[serde(deny_unknown_fields)]`.
pub trait Config: DeserializeOwned + Serialize + JsonSchema + Default + Send + 'static {}

impl<C: DeserializeOwned + Serialize + JsonSchema + Default + Send + 'static> Config for C {}

/// Reads a configuration. The error is one line a fault: `rules[1]::pattern: invalid type: ...`.
pub fn read<C: Config>(json: &[u8]) -> Result<C, Error> {
    let text = if json.is_empty() { b"{}" } else { json };
    // By way of a value: the Collector made this JSON, its lines and columns mean nothing to the user.
    let mut value: serde_json::Value = serde_json::from_slice(text).map_err(|e| Error::config("", e))?;
    if value.is_null() {
        value = serde_json::Value::Object(serde_json::Map::new());
    }
    let mut faults = Faults::default();
    let mut track = serde_path_to_error::Track::new();
    let mut unknown = |path: serde_ignored::Path<'_>| faults.add(ignored_path(&path), "there is no such field");
    let noting = serde_ignored::Deserializer::new(value, &mut unknown);
    let read = C::deserialize(serde_path_to_error::Deserializer::new(noting, &mut track));
    match read {
        Ok(config) => faults.finish().map(|()| config),
        Err(wrong) => {
            faults.add(tracked_path(&track.path()), wrong);
            faults.finish().and_then(|()| Err(Error::config("", "is wrong")))
        }
    }
}

fn join(path: &mut String, name: &str) {
    if !path.is_empty() {
        path.push_str("::");
    }
    path.push_str(name);
}

fn tracked_path(path: &serde_path_to_error::Path) -> String {
    let mut joined = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => {
                let _ = write!(joined, "[{index}]");
            }
            Segment::Map { key } => join(&mut joined, key),
            Segment::Enum { variant } => join(&mut joined, variant),
            Segment::Unknown => join(&mut joined, "?"),
        }
    }
    joined
}

fn ignored_path(path: &serde_ignored::Path<'_>) -> String {
    use serde_ignored::Path;
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, index } => format!("{}[{index}]", ignored_path(parent)),
        Path::Map { parent, key } => {
            let mut joined = ignored_path(parent);
            join(&mut joined, key);
            joined
        }
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => {
            ignored_path(parent)
        }
    }
}

/// Collects what is wrong with a configuration, so that a user sees all of it at once.
///
/// ```
/// use otelcol_plugin::config::Faults;
///
/// let mut faults = Faults::default();
/// for (i, port) in [514, 70_000].into_iter().enumerate() {
///     if port > 65_535 {
///         faults.add(format!("ports[{i}]"), "is no port");
///     }
/// }
/// assert_eq!(faults.finish().unwrap_err().to_string(), "ports[1]: is no port");
/// ```
#[derive(Debug, Default)]
pub struct Faults(Vec<String>);

impl Faults {
    /// The field at `path` is wrong, because of `cause`.
    pub fn add(&mut self, path: impl AsRef<str>, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) {
        // One line a fault: some errors (of regex, for one) draw over several.
        let fault = Error::config(path, cause).to_string();
        self.0.push(fault.split_whitespace().collect::<Vec<_>>().join(" "));
    }

    /// An error if there was a fault.
    pub fn finish(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::config("", self.0.join("\n"))) }
    }
}

/// A time span as the Collector writes it: `5s`, `1m30s`, `250ms`.
///
/// ```
/// use otelcol_plugin::config::Duration;
///
/// let span: Duration = serde_json::from_str(r#""1m30s""#).unwrap();
/// assert_eq!(*span, std::time::Duration::from_secs(90));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration(pub std::time::Duration);

const UNITS: [(&str, u128); 8] = [
    // Longer names first: "ms" begins as "m" does.
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

impl Duration {
    /// Whole seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(std::time::Duration::from_secs(seconds))
    }

    /// As Go's `time.ParseDuration`, without a sign.
    fn parse(text: &str) -> Option<Self> {
        if text == "0" {
            return Some(Self::default());
        }
        let mut rest = text;
        let mut nanos: u128 = 0;
        while !rest.is_empty() {
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
            let (number, unit) = rest.split_at(end);
            let (name, scale) = UNITS.into_iter().find(|(name, _)| unit.starts_with(name))?;
            rest = &unit[name.len()..];
            let (whole, part) = number.split_once('.').unwrap_or((number, ""));
            if whole.is_empty() && part.is_empty() {
                return None;
            }
            let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
            nanos = nanos.checked_add(whole.checked_mul(scale)?)?;
            let mut digit_of = scale;
            for digit in part.chars() {
                digit_of /= 10;
                nanos += u128::from(digit.to_digit(10)?) * digit_of;
            }
        }
        // What Go can hold.
        let nanos = u64::try_from(nanos).ok().filter(|nanos| *nanos <= i64::MAX as u64)?;
        (!text.is_empty()).then_some(Self(std::time::Duration::from_nanos(nanos)))
    }
}

impl std::ops::Deref for Duration {
    type Target = std::time::Duration;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl std::fmt::Display for Duration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = self.0.as_secs();
        let nanos = self.0.subsec_nanos();
        if seconds == 0 && nanos > 0 {
            return match nanos {
                _ if nanos.is_multiple_of(1_000_000) => write!(f, "{}ms", nanos / 1_000_000),
                _ if nanos.is_multiple_of(1_000) => write!(f, "{}µs", nanos / 1_000),
                _ => write!(f, "{nanos}ns"),
            };
        }
        if seconds >= 3600 {
            write!(f, "{}h", seconds / 3600)?;
        }
        if seconds >= 60 {
            write!(f, "{}m", seconds / 60 % 60)?;
        }
        write!(f, "{}", seconds % 60)?;
        if nanos > 0 {
            write!(f, ".{}", format!("{nanos:09}").trim_end_matches('0'))?;
        }
        f.write_char('s')
    }
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("{text:?} is no duration such as 5s, 1m30s or 250ms")))
    }
}

impl JsonSchema for Duration {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^(0|([0-9]*\\.?[0-9]+(ns|us|µs|ms|s|m|h))+)$", "x-duration": true })
    }
}

/// What is shown of a secret: the Collector's own word (`configopaque`).
pub(crate) const REDACTED: &str = "[REDACTED]";

/// A text that is shown nowhere: a password, a key. Written out it is `[REDACTED]`, as the Collector's own.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text itself: never log it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(REDACTED)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(REDACTED)
    }
}

impl JsonSchema for Secret {
    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "password", "writeOnly": true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
    #[serde(default)]
    struct Sample {
        name: String,
        rules: Vec<Rule>,
        every: Duration,
    }

    #[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
    #[serde(default)]
    struct Rule {
        pattern: String,
        times: Option<u8>,
    }

    fn fault(json: &str) -> String {
        read::<Sample>(json.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_wrong_field_is_named_with_its_path() {
        assert_eq!(
            fault(r#"{"rules": [{}, {"times": 300}]}"#),
            "rules[1]::times: invalid value: integer `300`, expected u8"
        );
        assert_eq!(fault(r#"{"every": "soon"}"#), "every: \"soon\" is no duration such as 5s, 1m30s or 250ms");
        assert_eq!(fault(r#"{"every": 5}"#), "every: invalid type: integer `5`, expected a string");
    }

    #[test]
    fn unknown_fields_are_named_all_of_them() {
        assert_eq!(
            fault(r#"{"nome": "x", "rules": [{"patern": "y"}]}"#),
            "nome: there is no such field\nrules[0]::patern: there is no such field"
        );
    }

    #[test]
    fn nothing_is_the_default() {
        assert!(read::<Sample>(b"").is_ok());
        assert!(read::<Sample>(b"null").is_ok());
        assert!(read::<Sample>(b"[").is_err());
    }

    #[test]
    fn durations_are_read_and_written_as_go_does() {
        for (text, nanos) in [
            ("0s", 0),
            ("5s", 5_000_000_000),
            ("1m30s", 90_000_000_000),
            ("1h0m0s", 3_600_000_000_000),
            ("250ms", 250_000_000),
            ("1.5s", 1_500_000_000),
            ("7µs", 7_000),
            ("1h0m0.001s", 3_600_001_000_000),
        ] {
            let span = Duration::parse(text).unwrap();
            assert_eq!(span.as_nanos(), nanos, "{text}");
            assert_eq!(span.to_string(), text);
        }
        for text in ["", "5", "s", "-1s", "1x", ".s", "1..2s", "9999999999h"] {
            assert_eq!(Duration::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        let secret = Secret::from("hunter2");
        assert_eq!(format!("{secret:?}"), "[REDACTED]");
        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"[REDACTED]\"");
        assert_eq!(serde_json::from_str::<Secret>("\"hunter2\"").unwrap().reveal(), "hunter2");
    }
}
