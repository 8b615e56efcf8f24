//! One component of each kind, that fails where its configuration says. What hosts, and the crate itself, are tested with.

mod connector;
mod exporter;
mod extension;
mod failure;
mod processor;
mod receiver;

use otelcol_plugin::prelude::*;
use otelcol_plugin::proto::{metrics::v1::MetricsData, trace::v1::TracesData};

otelcol_plugin::export!(
    otelcol_plugin::receiver::<receiver::Specimen>()
        .traces(Stability::Development)
        .metrics(Stability::Development)
        .logs(Stability::Development),
    otelcol_plugin::processor::<processor::Specimen>()
        .traces(Stability::Development)
        .metrics(Stability::Development)
        .logs(Stability::Development),
    otelcol_plugin::exporter::<Async<exporter::Specimen>>()
        .traces(Stability::Development)
        .metrics(Stability::Development)
        .logs(Stability::Development),
    otelcol_plugin::connector::<connector::Specimen>().connect::<TracesData, MetricsData>(Stability::Development),
    otelcol_plugin::extension::<extension::Specimen>(Stability::Development),
);
