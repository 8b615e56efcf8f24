//! A connector that counts spans.

use crate::failure::{How, Place};
use otelcol_plugin::prelude::*;
use otelcol_plugin::proto::metrics::v1::{
    Metric, MetricsData, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, metric, number_data_point,
};
use otelcol_plugin::proto::trace::v1::TracesData;

/// Counts the spans of each batch.
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
}

impl Connect<TracesData, MetricsData> for Specimen {
    fn connect(&self, data: TracesData) -> Result<Option<MetricsData>, Error> {
        self.0.how.at(self.0.fail, Place::Consume)?;
        let count = data.count();
        if count == 0 {
            return Ok(None);
        }
        let value = Some(number_data_point::Value::AsInt(i64::try_from(count).permanent()?));
        let sum = Sum {
            data_points: vec![NumberDataPoint { value, ..Default::default() }],
            aggregation_temporality: 1,
            is_monotonic: true,
        };
        let metric = Metric { name: "specimen.spans".into(), data: Some(metric::Data::Sum(sum)), ..Default::default() };
        let scope = ScopeMetrics { metrics: vec![metric], ..Default::default() };
        Ok(Some(MetricsData {
            resource_metrics: vec![ResourceMetrics { scope_metrics: vec![scope], ..Default::default() }],
        }))
    }
}
