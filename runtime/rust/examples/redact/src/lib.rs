//! `redact`, a processor that keeps sensitive data from leaving the Collector. Its page is README.md.

mod config;
mod presets;
mod redactor;
mod values;
mod walk;

pub use config::{Config, Method, Summary};
pub use presets::Preset;

use otelcol_plugin::prelude::*;
use otelcol_plugin::proto::{logs::v1::LogsData, metrics::v1::MetricsData, trace::v1::TracesData};
use redactor::Redactor;
use std::sync::atomic::{AtomicU64, Ordering};
use walk::Walk;

/// The processor.
#[derive(Debug)]
pub struct Redact {
    redactor: Redactor,
    masked: AtomicU64,
    removed: AtomicU64,
}

impl Component for Redact {
    type Config = Config;
    const TYPE: &'static str = "redact";
    const DOCS: &'static str = include_str!("../README.md");

    fn validate(config: &Config) -> Result<(), Error> {
        Redactor::new(config).map(drop)
    }

    fn create(config: Config, _: &Instance) -> Result<Self, Error> {
        let redactor = Redactor::new(&config)?;
        Ok(Self { redactor, masked: AtomicU64::new(0), removed: AtomicU64::new(0) })
    }

    fn shutdown(&self) -> Result<(), Error> {
        let (masked, removed) = (self.masked.load(Ordering::Relaxed), self.removed.load(Ordering::Relaxed));
        log::info!("masked {masked} values and removed {removed} attributes");
        Ok(())
    }
}

impl Redact {
    fn redact(&self, data: &mut impl Walk) -> Result<Outcome, Error> {
        let found = data.walk(&self.redactor);
        self.masked.fetch_add(found.masked, Ordering::Relaxed);
        self.removed.fetch_add(found.removed, Ordering::Relaxed);
        Ok(if found.is_nothing() { Outcome::Unchanged } else { Outcome::Changed })
    }
}

impl Process<TracesData> for Redact {
    fn process(&self, data: &mut TracesData) -> Result<Outcome, Error> {
        self.redact(data)
    }
}

impl Process<MetricsData> for Redact {
    fn process(&self, data: &mut MetricsData) -> Result<Outcome, Error> {
        self.redact(data)
    }
}

impl Process<LogsData> for Redact {
    fn process(&self, data: &mut LogsData) -> Result<Outcome, Error> {
        self.redact(data)
    }
}

otelcol_plugin::export!(processor::<Redact>().traces(Stability::Beta).metrics(Stability::Beta).logs(Stability::Beta),);
