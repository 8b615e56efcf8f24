//! Where to fail, and how.

use otelcol_plugin::Error;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a specimen fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Nowhere.
    #[default]
    Nowhere,
    Create,
    Start,
    /// Every call with data.
    Consume,
    /// The first call with data.
    FirstConsume,
    /// The receiver's thread.
    Run,
    Shutdown,
    Drop,
    /// A thread of the component's own, that nobody waits for.
    Thread,
    /// A thread made with Instance::spawn.
    InstanceThread,
}

/// How a specimen fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    #[default]
    Panic,
    Retryable,
    Permanent,
}

impl How {
    /// Fails at `here`, if that is the place.
    pub fn at(self, wanted: Place, here: Place) -> Result<(), Error> {
        if wanted != here {
            return Ok(());
        }
        match self {
            Self::Panic => panic!("the specimen panics in {here:?}"),
            Self::Retryable => Err(Error::retryable(format!("the specimen retries in {here:?}"))),
            Self::Permanent => Err(Error::permanent(format!("the specimen refuses in {here:?}"))),
        }
    }
}
