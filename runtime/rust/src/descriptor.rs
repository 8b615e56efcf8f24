//! What tools are told of a component: one object of `spec/components.schema.json`.

use crate::component::Component;
use crate::registration::{Package, Stability};
use serde_json::{Map, Value, json};

/// The descriptor of a component, as JSON.
pub(crate) fn json<T: Component>(kind: &str, package: Package, stability: &[(String, Stability)]) -> String {
    let mut schema = schemars::schema_for!(T::Config).to_value();
    let docs = schema.as_object_mut().and_then(|schema| schema.remove("description"));
    let levels: Map<String, Value> =
        stability.iter().map(|(signal, level)| (signal.clone(), level.name().into())).collect();
    let default = serde_json::to_value(T::Config::default()).unwrap_or_else(|_| json!({}));
    let mut descriptor = json!({
        "kind": kind,
        "type": T::TYPE,
        "module": package.name,
        "version": package.version,
        "stability": levels,
        "config_schema": schema,
        "default_config": default,
    });
    if let Some(docs) = docs {
        descriptor["docs"] = docs;
    }
    descriptor.to_string()
}
