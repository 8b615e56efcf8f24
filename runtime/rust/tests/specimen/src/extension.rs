//! An extension that says when it starts and stops, by the `log` facade or by `tracing`.

use crate::failure::{How, Place};
use otelcol_plugin::prelude::*;

/// Says when it starts and stops.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Config {
    /// Where it fails.
    pub fail: Place,
    /// How it fails.
    pub how: How,
}

pub struct Specimen(Config);

impl Component for Specimen {
    type Config = Config;
    const TYPE: &'static str = "specimen";

    fn create(config: Config, _: &Instance) -> Result<Self, Error> {
        config.how.at(config.fail, Place::Create)?;
        Ok(Self(config))
    }

    fn start(&mut self) -> Result<(), Error> {
        self.0.how.at(self.0.fail, Place::Start)?;
        log::info!("the specimen extension starts");
        Ok(())
    }

    fn shutdown(&self) -> Result<(), Error> {
        self.0.how.at(self.0.fail, Place::Shutdown)?;
        #[cfg(not(feature = "tracing"))]
        log::info!("the specimen extension stops");
        #[cfg(feature = "tracing")]
        {
            tracing::warn!(healthy = true, answer = 42, ratio = 0.5, word = "yes", "the specimen extension stops");
            tracing::trace!("too fine for any Collector");
        }
        Ok(())
    }
}
