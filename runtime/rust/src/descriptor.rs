//! What tools are told of a component: one object of `spec/components.schema.json`.

use crate::component::Component;
use crate::config::REDACTED;
use crate::registration::{Package, Stability};
use serde_json::{Map, Value, json};

/// The descriptor of a component, as JSON.
pub(crate) fn json<T: Component>(kind: &str, package: Package, stability: &[(String, Stability)]) -> String {
    let mut schema = schemars::schema_for!(T::Config).to_value();
    let comment = schema.as_object_mut().and_then(|schema| schema.remove("description"));
    let comment = comment.as_ref().and_then(Value::as_str).unwrap_or_default();
    without_unset_defaults(&mut schema);
    let levels: Map<String, Value> =
        stability.iter().map(|(signal, level)| (signal.clone(), level.name().into())).collect();
    let default = serde_json::to_value(T::Config::default()).unwrap_or_else(|_| json!({}));
    let docs = if T::DOCS.is_empty() { comment } else { T::DOCS };
    json!({
        "kind": kind,
        "type": T::TYPE,
        "module": package.name,
        "version": package.version,
        "stability": levels,
        "description": first_paragraph(comment),
        "config_schema": schema,
        "default_config": without_unset(default),
        "docs": docs,
    })
    .to_string()
}

fn first_paragraph(markdown: &str) -> String {
    let lines = markdown.lines().take_while(|line| !line.trim().is_empty());
    lines.map(str::trim).collect::<Vec<_>>().join(" ")
}

/// A secret has no default, nor has what is not set.
fn is_unset(value: &Value) -> bool {
    value.is_null() || value == REDACTED
}

fn without_unset(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !is_unset(value))
            .map(|(key, value)| (key, without_unset(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_unset).collect(),
        other => other,
    }
}

/// schemars writes `default` from the same `Default`.
fn without_unset_defaults(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            // A property may be called "default"; then it is a schema, and has no such value.
            if fields.get("default").is_some_and(is_unset) {
                fields.remove("default");
            } else if let Some(default) = fields.get_mut("default") {
                *default = without_unset(default.take());
            }
            fields.values_mut().for_each(without_unset_defaults);
        }
        Value::Array(items) => items.iter_mut().for_each(without_unset_defaults),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Duration, Secret};
    use crate::{Error, Instance};
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};

    /// Sends things
    /// somewhere.
    ///
    /// More of it.
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(default)]
    struct Config {
        /// How long.
        timeout: Duration,
        password: Secret,
        proxy: Option<String>,
        inner: Inner,
    }

    #[derive(Default, Serialize, Deserialize, JsonSchema)]
    #[serde(default)]
    struct Inner {
        token: Secret,
        size: u32,
    }

    impl Default for Config {
        fn default() -> Self {
            Self { timeout: Duration::seconds(5), password: Secret::default(), proxy: None, inner: Inner::default() }
        }
    }

    struct Sends;
    impl Component for Sends {
        type Config = Config;
        const TYPE: &'static str = "sends";
        fn create(_: Config, _: &Instance) -> Result<Self, Error> {
            Ok(Self)
        }
    }

    #[test]
    fn a_descriptor_has_what_tools_are_told() {
        let package = Package { name: "crate", version: "1.2.3" };
        let text = json::<Sends>("exporter", package, &[("logs".into(), Stability::Beta)]);
        let descriptor: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(descriptor["description"], "Sends things somewhere.");
        assert_eq!(descriptor["docs"], "Sends things\nsomewhere.\n\nMore of it.");
        assert_eq!(descriptor["stability"], json!({ "logs": "beta" }));
        assert_eq!(descriptor["default_config"], json!({ "timeout": "5s", "inner": { "size": 0 } }));
        let fields = &descriptor["config_schema"]["properties"];
        assert_eq!(fields["timeout"]["description"], "How long.");
        assert_eq!(fields["timeout"]["default"], "5s");
        assert_eq!(fields["timeout"]["x-duration"], true);
        assert_eq!(fields["password"]["writeOnly"], true);
        assert!(!text.contains("[REDACTED]"), "{text}");
        let order: Vec<&String> = fields.as_object().unwrap().keys().collect();
        assert_eq!(order, ["timeout", "password", "proxy", "inner"]);
    }
}
