//! An async exporter that counts what it delivered.

use crate::failure::{How, Place};
use otelcol_plugin::config::Duration;
use otelcol_plugin::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts spans, data points and log records, in tasks of its own.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Config {
    /// How long a delivery takes.
    pub delay: Duration,
    /// Where it fails.
    pub fail: Place,
    /// How it fails.
    pub how: How,
}

pub struct Specimen {
    config: Config,
    records: Arc<AtomicUsize>,
    batches: AtomicUsize,
}

impl AsyncComponent for Specimen {
    type Config = Config;
    const TYPE: &'static str = "specimen";

    fn create(config: Config, _: &Instance) -> Result<Self, Error> {
        config.how.at(config.fail, Place::Create)?;
        Ok(Self { config, records: Arc::default(), batches: AtomicUsize::new(0) })
    }

    async fn start(&mut self) -> Result<(), Error> {
        self.config.how.at(self.config.fail, Place::Start)
    }

    async fn shutdown(&self) -> Result<(), Error> {
        self.config.how.at(self.config.fail, Place::Shutdown)?;
        let (records, batches) = (self.records.load(Ordering::Acquire), self.batches.load(Ordering::Acquire));
        log::info!("the specimen delivered {records} records in {batches} batches");
        Ok(())
    }
}

impl<S: Signal> AsyncExport<S> for Specimen {
    async fn export(&self, data: S) -> Result<(), Error> {
        let Config { delay, fail, how } = self.config;
        how.at(fail, Place::Consume)?;
        if self.batches.load(Ordering::Acquire) == 0 && fail == Place::Thread {
            assert!(tokio::spawn(async { panic!("the specimen panics in a task") }).await.is_err());
        }
        tokio::time::sleep(*delay).await;
        let (records, count) = (Arc::clone(&self.records), data.count());
        // Across a task, as a real one with connections would.
        let counted = tokio::spawn(async move { records.fetch_add(count, Ordering::AcqRel) });
        counted.await.retryable()?;
        self.batches.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }
}
