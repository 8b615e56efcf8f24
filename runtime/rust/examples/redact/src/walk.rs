//! Every place of a batch that may hold sensitive data.

use crate::redactor::{Found, Redactor};
use otelcol_plugin::proto::common::v1::{InstrumentationScope, KeyValue};
use otelcol_plugin::proto::logs::v1::{LogRecord, LogsData};
use otelcol_plugin::proto::metrics::v1::{Exemplar, Metric, MetricsData, metric::Data};
use otelcol_plugin::proto::resource::v1::Resource;
use otelcol_plugin::proto::trace::v1::{Span, TracesData};

/// A batch that can be redacted.
pub(crate) trait Walk {
    /// Redacts all of it; how much that was.
    fn walk(&mut self, redactor: &Redactor) -> Found;
}

impl Redactor {
    /// Attributes that the counts are put on as well.
    fn counted(&self, attributes: &mut Vec<KeyValue>) -> Found {
        let found = self.attributes(attributes);
        self.summarise(found, attributes);
        found
    }

    fn around(&self, resource: &mut Option<Resource>) -> Found {
        resource.as_mut().map_or_else(Found::default, |resource| self.counted(&mut resource.attributes))
    }

    fn scope(&self, scope: &mut Option<InstrumentationScope>) -> Found {
        scope.as_mut().map_or_else(Found::default, |scope| self.counted(&mut scope.attributes))
    }

    fn span(&self, span: &mut Span) -> Found {
        let mut found = self.attributes(&mut span.attributes);
        for event in &mut span.events {
            found += self.attributes(&mut event.attributes);
        }
        for link in &mut span.links {
            found += self.attributes(&mut link.attributes);
        }
        if self.span_names {
            found += self.text(&mut span.name);
            found += span.status.as_mut().map_or_else(Found::default, |status| self.text(&mut status.message));
        }
        self.summarise(found, &mut span.attributes);
        found
    }

    fn record(&self, record: &mut LogRecord) -> Found {
        let mut found = self.attributes(&mut record.attributes);
        if let Some(body) = record.body.as_mut().filter(|_| self.bodies) {
            found += self.value(body);
        }
        self.summarise(found, &mut record.attributes);
        found
    }

    fn metric(&self, metric: &mut Metric) -> Found {
        let mut found = Found::default();
        let mut point = |attributes: &mut Vec<KeyValue>, exemplars: &mut [Exemplar]| {
            let mut here = self.attributes(attributes);
            for exemplar in exemplars {
                here += self.attributes(&mut exemplar.filtered_attributes);
            }
            self.summarise(here, attributes);
            found += here;
        };
        match &mut metric.data {
            Some(Data::Gauge(gauge)) => {
                gauge.data_points.iter_mut().for_each(|p| point(&mut p.attributes, &mut p.exemplars));
            }
            Some(Data::Sum(sum)) => {
                sum.data_points.iter_mut().for_each(|p| point(&mut p.attributes, &mut p.exemplars));
            }
            Some(Data::Histogram(histogram)) => {
                histogram.data_points.iter_mut().for_each(|p| point(&mut p.attributes, &mut p.exemplars));
            }
            Some(Data::ExponentialHistogram(histogram)) => {
                histogram.data_points.iter_mut().for_each(|p| point(&mut p.attributes, &mut p.exemplars));
            }
            Some(Data::Summary(summary)) => {
                summary.data_points.iter_mut().for_each(|p| point(&mut p.attributes, &mut []));
            }
            None => {}
        }
        found
    }
}

impl Walk for TracesData {
    fn walk(&mut self, redactor: &Redactor) -> Found {
        let mut found = Found::default();
        for resource in &mut self.resource_spans {
            found += redactor.around(&mut resource.resource);
            for scope in &mut resource.scope_spans {
                found += redactor.scope(&mut scope.scope);
                scope.spans.iter_mut().for_each(|span| found += redactor.span(span));
            }
        }
        found
    }
}

impl Walk for MetricsData {
    fn walk(&mut self, redactor: &Redactor) -> Found {
        let mut found = Found::default();
        for resource in &mut self.resource_metrics {
            found += redactor.around(&mut resource.resource);
            for scope in &mut resource.scope_metrics {
                found += redactor.scope(&mut scope.scope);
                scope.metrics.iter_mut().for_each(|metric| found += redactor.metric(metric));
            }
        }
        found
    }
}

impl Walk for LogsData {
    fn walk(&mut self, redactor: &Redactor) -> Found {
        let mut found = Found::default();
        for resource in &mut self.resource_logs {
            found += redactor.around(&mut resource.resource);
            for scope in &mut resource.scope_logs {
                found += redactor.scope(&mut scope.scope);
                scope.log_records.iter_mut().for_each(|record| found += redactor.record(record));
            }
        }
        found
    }
}
