//! A receiver that counts.

use crate::failure::{How, Place};
use otelcol_plugin::config::Duration;
use otelcol_plugin::prelude::*;
use otelcol_plugin::proto::common::v1::{AnyValue, any_value::Value};
use otelcol_plugin::proto::logs::v1::{LogRecord, LogsData, ResourceLogs, ScopeLogs};
use otelcol_plugin::proto::metrics::v1::{
    Gauge, Metric, MetricsData, NumberDataPoint, ResourceMetrics, ScopeMetrics, metric, number_data_point,
};
use otelcol_plugin::proto::trace::v1::{ResourceSpans, ScopeSpans, Span, TracesData};

/// After so many batches it says how far it is.
const PROGRESS: u64 = 10_000;

/// Emits numbered batches of one record each: 0, 1, 2...
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Config {
    /// How many batches.
    pub batches: u64,
    /// The time between two.
    pub every: Duration,
    /// Where it fails.
    pub fail: Place,
    /// How it fails.
    pub how: How,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            batches: 10,
            every: Duration(std::time::Duration::from_millis(1)),
            fail: Place::Nowhere,
            how: How::Panic,
        }
    }
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
        self.0.how.at(self.0.fail, Place::Start)
    }

    fn shutdown(&self) -> Result<(), Error> {
        self.0.how.at(self.0.fail, Place::Shutdown)
    }
}

impl Specimen {
    fn count<S: Signal>(&self, emitter: &Emitter<S>, stop: &Stop, batch: impl Fn(u64) -> S) -> Result<(), Error> {
        self.0.how.at(self.0.fail, Place::Run)?;
        let mut sent = 0;
        // What was begun is sent to its end: a refused batch is sent again, until it is taken or never will be.
        while sent < self.0.batches && !stop.is_set() {
            match emitter.emit(&batch(sent)) {
                Ok(()) => {
                    sent += 1;
                    if sent % PROGRESS == 0 {
                        log::info!("the specimen emitted {sent} batches so far");
                    }
                }
                Err(busy) if busy.is_retryable() => log::debug!("again: {busy}"),
                Err(refused) => {
                    log::warn!("batch {sent}: {refused}");
                    sent += 1;
                }
            }
            stop.wait(*self.0.every);
        }
        log::info!("the specimen emitted {sent} batches");
        stop.wait(std::time::Duration::MAX);
        Ok(())
    }
}

impl Receive<TracesData> for Specimen {
    fn run(&self, emitter: &Emitter<TracesData>, stop: &Stop) -> Result<(), Error> {
        self.count(emitter, stop, |i| {
            let span = Span {
                trace_id: u128::from(i + 1).to_be_bytes().into(),
                span_id: (i + 1).to_be_bytes().into(),
                name: i.to_string(),
                ..Default::default()
            };
            let scope = ScopeSpans { spans: vec![span], ..Default::default() };
            TracesData { resource_spans: vec![ResourceSpans { scope_spans: vec![scope], ..Default::default() }] }
        })
    }
}

impl Receive<MetricsData> for Specimen {
    fn run(&self, emitter: &Emitter<MetricsData>, stop: &Stop) -> Result<(), Error> {
        self.count(emitter, stop, |i| {
            let value = Some(number_data_point::Value::AsInt(i as i64));
            let gauge = Gauge { data_points: vec![NumberDataPoint { value, ..Default::default() }] };
            let metric =
                Metric { name: "specimen".into(), data: Some(metric::Data::Gauge(gauge)), ..Default::default() };
            let scope = ScopeMetrics { metrics: vec![metric], ..Default::default() };
            MetricsData { resource_metrics: vec![ResourceMetrics { scope_metrics: vec![scope], ..Default::default() }] }
        })
    }
}

impl Receive<LogsData> for Specimen {
    fn run(&self, emitter: &Emitter<LogsData>, stop: &Stop) -> Result<(), Error> {
        self.count(emitter, stop, |i| {
            let body = Some(AnyValue { value: Some(Value::StringValue(i.to_string())) });
            let scope = ScopeLogs { log_records: vec![LogRecord { body, ..Default::default() }], ..Default::default() };
            LogsData { resource_logs: vec![ResourceLogs { scope_logs: vec![scope], ..Default::default() }] }
        })
    }
}
