//! Configurations: a struct with serde and schemars, read from the Collector's JSON with errors that name the field.

mod duration;
mod faults;
mod secret;

pub use duration::Duration;
pub use faults::Faults;
pub(crate) use secret::REDACTED;
pub use secret::Secret;

use crate::error::Error;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

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
}
