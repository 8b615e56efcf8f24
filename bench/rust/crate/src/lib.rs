//! Puts one attribute on every span: the transformation that is measured, in Rust. Once on the decoded batch, and once
//! where the attributes lie.

use otelcol_plugin::prelude::*;
use otelcol_plugin::proto::common::v1::{AnyValue, KeyValue, any_value::Value};
use otelcol_plugin::proto::trace::v1::TracesData;

/// Both plugins of the benchmark are this crate.
const MIMALLOC: bool = cfg!(feature = "mimalloc");

/// Puts one attribute on every span.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Config {
    /// The key.
    key: String,
    /// The value.
    value: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            key: "team".into(),
            value: "blue".into(),
        }
    }
}

struct Tag(KeyValue);

impl Component for Tag {
    type Config = Config;
    const TYPE: &'static str = if MIMALLOC {
        "tag_rust_mimalloc"
    } else {
        "tag_rust"
    };

    fn create(config: Config, _: &Instance) -> Result<Self, Error> {
        let value = Some(AnyValue {
            value: Some(Value::StringValue(config.value)),
        });
        Ok(Self(KeyValue {
            key: config.key,
            value,
            ..Default::default()
        }))
    }
}

impl Process<TracesData> for Tag {
    fn process(&self, data: &mut TracesData) -> Result<Outcome, Error> {
        let scopes = data
            .resource_spans
            .iter_mut()
            .flat_map(|resource| &mut resource.scope_spans);
        for span in scopes.flat_map(|scope| &mut scope.spans) {
            // As PutStr does: one that is there is replaced.
            match span
                .attributes
                .iter_mut()
                .find(|attribute| attribute.key == self.0.key)
            {
                Some(attribute) => attribute.value.clone_from(&self.0.value),
                None => span.attributes.push(self.0.clone()),
            }
        }
        Ok(Outcome::Changed)
    }
}

/// The same, by an editor of attributes.
struct TagEdit(Config);

impl Component for TagEdit {
    type Config = Config;
    const TYPE: &'static str = if MIMALLOC {
        "tag_rust_edit_mimalloc"
    } else {
        "tag_rust_edit"
    };

    fn create(config: Config, _: &Instance) -> Result<Self, Error> {
        Ok(Self(config))
    }
}

impl Edit for TagEdit {
    const PLACES: &'static [Place] = &[Place::Span];

    fn edit(&self, _: Place, attributes: &mut Attributes<'_>) -> Result<(), Error> {
        attributes.set(&self.0.key, &self.0.value);
        Ok(())
    }
}

otelcol_plugin::export!(
    processor::<Tag>().traces(Stability::Development),
    editor::<TagEdit>().traces(Stability::Development),
);
