//! A processor that tags what passes.

use crate::failure::{How, Place};
use otelcol_plugin::config::{Duration, Faults};
use otelcol_plugin::prelude::*;
use otelcol_plugin::proto::common::v1::{AnyValue, KeyValue, any_value::Value};
use otelcol_plugin::proto::{
    logs::v1::LogsData, metrics::v1::MetricsData, resource::v1::Resource, trace::v1::TracesData,
};
use std::sync::Mutex;

/// Tags resources, and fails where it is told to.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Config {
    /// The value of the attribute `specimen` of each resource. Empty: batches go on as they came.
    pub tag: String,
    /// Batches are dropped.
    pub swallow: bool,
    /// How long a batch takes.
    pub delay: Duration,
    /// Where it fails.
    pub fail: Place,
    /// How it fails.
    pub how: How,
    /// Any numbers below 100.
    pub numbers: Vec<u32>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            tag: "rust".into(),
            swallow: false,
            delay: Duration::default(),
            fail: Place::default(),
            how: How::default(),
            numbers: vec![1, 2],
        }
    }
}

pub struct Specimen {
    config: Config,
    instance: Instance,
    /// Locked while it panics: poisoned afterwards, but for the first time.
    calls: Mutex<u64>,
}

impl Component for Specimen {
    type Config = Config;
    const TYPE: &'static str = "specimen";

    fn validate(config: &Config) -> Result<(), Error> {
        let mut faults = Faults::default();
        for (i, number) in config.numbers.iter().enumerate().filter(|(_, number)| **number >= 100) {
            faults.add(format!("numbers[{i}]"), format!("{number} is not below 100"));
        }
        faults.finish()
    }

    fn create(config: Config, instance: &Instance) -> Result<Self, Error> {
        config.how.at(config.fail, Place::Create)?;
        Ok(Self { config, instance: instance.clone(), calls: Mutex::new(0) })
    }

    fn start(&mut self) -> Result<(), Error> {
        log::info!("specimen {} starts for {}", self.instance.id(), self.instance.signal());
        self.config.how.at(self.config.fail, Place::Start)
    }

    fn shutdown(&self) -> Result<(), Error> {
        self.config.how.at(self.config.fail, Place::Shutdown)?;
        let calls = self.calls.lock().map_or_else(|poisoned| *poisoned.into_inner(), |calls| *calls);
        log::info!("specimen {} took {calls} batches", self.instance.id());
        Ok(())
    }
}

impl Drop for Specimen {
    fn drop(&mut self) {
        if self.config.fail == Place::Drop {
            panic!("the specimen panics when dropped");
        }
    }
}

impl Specimen {
    fn take<'a>(&self, resources: impl Iterator<Item = &'a mut Option<Resource>>) -> Result<Outcome, Error> {
        let Config { fail, how, .. } = self.config;
        let calls = {
            let mut calls = self.calls.lock().map_err(|_| Error::permanent("the count is poisoned"))?;
            *calls += 1;
            *calls
        };
        if !self.config.delay.is_zero() && self.instance.stop().wait(*self.config.delay) {
            log::info!("specimen {} was stopped while it waited", self.instance.id());
        }
        how.at(fail, Place::Consume)?;
        if calls == 1 {
            how.at(fail, Place::FirstConsume)?;
            if fail == Place::Thread {
                let thread = std::thread::Builder::new().name("specimen".into());
                let died = thread.spawn(|| panic!("the specimen panics in a thread")).retryable()?.join();
                assert!(died.is_err());
            }
            if fail == Place::InstanceThread {
                let died =
                    self.instance.spawn("specimen", || panic!("the specimen panics in a thread of the instance"));
                let _ = died.retryable()?.join();
            }
        }
        if self.config.swallow {
            return Ok(Outcome::Taken);
        }
        if self.config.tag.is_empty() {
            return Ok(Outcome::Unchanged);
        }
        for resource in resources {
            resource.get_or_insert_default().attributes.push(KeyValue {
                key: "specimen".into(),
                value: Some(AnyValue { value: Some(Value::StringValue(self.config.tag.clone())) }),
                ..Default::default()
            });
        }
        Ok(Outcome::Changed)
    }
}

impl Process<TracesData> for Specimen {
    fn process(&self, data: &mut TracesData) -> Result<Outcome, Error> {
        self.take(data.resource_spans.iter_mut().map(|each| &mut each.resource))
    }
}

impl Process<MetricsData> for Specimen {
    fn process(&self, data: &mut MetricsData) -> Result<Outcome, Error> {
        self.take(data.resource_metrics.iter_mut().map(|each| &mut each.resource))
    }
}

impl Process<LogsData> for Specimen {
    fn process(&self, data: &mut LogsData) -> Result<Outcome, Error> {
        self.take(data.resource_logs.iter_mut().map(|each| &mut each.resource))
    }
}
