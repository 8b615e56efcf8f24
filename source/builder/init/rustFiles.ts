import { folderOf, type Project, type ProjectFile } from './project.js';

/** The crate of a processor that is small and whole: configuration, the three signals, a test of each part. */
export function rustFiles(project: Project): ProjectFile[] {
  const folder = folderOf(project);
  return [
    { path: `${folder}/Cargo.toml`, text: cargoToml(project) },
    { path: `${folder}/src/lib.rs`, text: library(project) },
  ];
}

function cargoToml(project: Project): string {
  return `[package]
name = "${folderOf(project)}"
version = "0.1.0"
edition = "2024"
publish = false

[lib]
# cdylib is the plugin; lib is for tests.
crate-type = ["cdylib", "lib"]

[dependencies]
otelcol-plugin = { path = "../otelcol-plugin" }
schemars = "1"
serde = { version = "1", features = ["derive"] }

[profile.release]
panic = "unwind"
lto = "thin"
codegen-units = 1
strip = "symbols"
`;
}

function library({ name }: Project): string {
  return `//! A processor that puts an attribute on every resource.

use otelcol_plugin::prelude::*;

/// Puts an attribute on every resource.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Config {
    /// The key that is set.
    pub attribute: String,
    /// What it is set to.
    pub value: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            attribute: "greeting".into(),
            value: "hello".into(),
        }
    }
}

/// The processor.
pub struct Greeter {
    config: Config,
}

impl Component for Greeter {
    type Config = Config;
    const TYPE: &'static str = "${name}";

    fn validate(config: &Config) -> Result<(), Error> {
        if config.attribute.is_empty() {
            return Err(Error::config("attribute", "must not be empty"));
        }
        Ok(())
    }

    fn create(config: Config, _: &Instance) -> Result<Self, Error> {
        Ok(Self { config })
    }
}

// An editor changes attributes where they lie in a batch. What attributes don't tell, or what drops and adds data, is for
// the trait Process, which has the whole batch, decoded.
impl Edit for Greeter {
    const PLACES: &'static [Place] = &[Place::Resource];

    fn edit(&self, _: Place, attributes: &mut Attributes<'_>) -> Result<(), Error> {
        attributes.set(&self.config.attribute, &self.config.value);
        Ok(())
    }
}

otelcol_plugin::export!(
    editor::<Greeter>()
        .traces(Stability::Development)
        .metrics(Stability::Development)
        .logs(Stability::Development),
);

#[cfg(test)]
mod tests {
    use super::*;
    use otelcol_plugin::edited;
    use otelcol_plugin::proto::trace::v1::{ResourceSpans, TracesData};

    #[test]
    fn every_resource_gets_the_attribute_once() {
        let config = Config {
            attribute: "greeting".into(),
            value: "good morning".into(),
        };
        let greeter = Greeter::create(config, &Instance::detached("${name}")).unwrap();
        let mut data = TracesData {
            resource_spans: vec![ResourceSpans::default(), ResourceSpans::default()],
        };
        for _ in 0..2 {
            data = edited(&greeter, &data).unwrap();
        }
        for spans in &data.resource_spans {
            let attributes = &spans.resource.as_ref().unwrap().attributes;
            assert_eq!(attributes.len(), 1);
            assert_eq!(attributes[0].key, "greeting");
        }
    }

    #[test]
    fn an_attribute_without_a_name_is_refused() {
        let config = Config {
            attribute: String::new(),
            ..Config::default()
        };
        assert!(Greeter::validate(&config).unwrap_err().is_config());
    }

    #[test]
    fn the_default_configuration_is_valid() {
        Greeter::validate(&Config::default()).unwrap();
    }
}
`;
}
