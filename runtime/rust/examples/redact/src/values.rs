//! Attributes and values: texts, lists and maps of them.

use crate::redactor::{Found, Redactor, Verdict};
use otelcol_plugin::proto::common::v1::{AnyValue, KeyValue, any_value::Value};

const MASKED: &str = "redact.masked.count";
const REMOVED: &str = "redact.removed.count";

impl Redactor {
    /// Redacts attributes, by key and value.
    pub(crate) fn attributes(&self, attributes: &mut Vec<KeyValue>) -> Found {
        let mut found = Found::default();
        attributes.retain_mut(|attribute| match self.verdict(&attribute.key) {
            Verdict::Keep => true,
            Verdict::Remove => {
                found.removed += 1;
                false
            }
            Verdict::Block => {
                found += self.blocked(&mut attribute.value);
                true
            }
            Verdict::Search => {
                found += attribute.value.as_mut().map_or_else(Found::default, |value| self.value(value));
                true
            }
        });
        found
    }

    fn blocked(&self, value: &mut Option<AnyValue>) -> Found {
        let text = value.as_ref().map(plain).unwrap_or_default();
        if text.is_empty() {
            return Found::default();
        }
        *value = Some(AnyValue { value: Some(Value::StringValue(self.replaced(&text))) });
        Found { masked: 1, removed: 0 }
    }

    /// Redacts what patterns find in a value. A number that is found becomes a text.
    pub(crate) fn value(&self, any: &mut AnyValue) -> Found {
        let mut found = Found::default();
        match &mut any.value {
            Some(Value::StringValue(text)) => found += self.text(text),
            Some(Value::IntValue(number)) => {
                if let Some((text, masked)) = self.searched(&number.to_string()) {
                    any.value = Some(Value::StringValue(text));
                    found.masked += masked;
                }
            }
            Some(Value::ArrayValue(list)) => list.values.iter_mut().for_each(|value| found += self.value(value)),
            Some(Value::KvlistValue(map)) => found += self.nested(&mut map.values),
            _ => {}
        }
        found
    }

    /// The keys of a map inside a value can be blocked; what may stay is decided by the attribute's own key.
    fn nested(&self, map: &mut [KeyValue]) -> Found {
        let mut found = Found::default();
        for field in map {
            found += match (self.verdict(&field.key), &mut field.value) {
                (Verdict::Keep, _) | (_, None) => Found::default(),
                (Verdict::Block, value) => self.blocked(value),
                (_, Some(value)) => self.value(value),
            };
        }
        found
    }

    /// Redacts what patterns find in a text.
    pub(crate) fn text(&self, text: &mut String) -> Found {
        let Some((redacted, masked)) = self.searched(text) else { return Found::default() };
        *text = redacted;
        Found { masked, removed: 0 }
    }

    /// Says on the redacted thing how much of it was. Counts of an earlier pass are added to.
    pub(crate) fn summarise(&self, found: Found, attributes: &mut Vec<KeyValue>) {
        if !self.counts {
            return;
        }
        for (key, count) in [(MASKED, found.masked), (REMOVED, found.removed)] {
            let Ok(count @ 1..) = i64::try_from(count) else { continue };
            let before = attributes.iter_mut().find(|attribute| attribute.key == key);
            match before.and_then(|attribute| attribute.value.as_mut()).map(|any| &mut any.value) {
                Some(Some(Value::IntValue(total))) => *total += count,
                _ => attributes.push(KeyValue {
                    key: key.to_owned(),
                    value: Some(AnyValue { value: Some(Value::IntValue(count)) }),
                    ..Default::default()
                }),
            }
        }
    }
}

/// A value as one text: what is hashed.
fn plain(any: &AnyValue) -> String {
    match &any.value {
        None => String::new(),
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::BoolValue(value)) => value.to_string(),
        Some(Value::IntValue(value)) => value.to_string(),
        Some(Value::DoubleValue(value)) => value.to_string(),
        Some(other) => format!("{other:?}"),
    }
}
