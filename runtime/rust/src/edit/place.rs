//! Where attributes are in a batch.

use crate::abi;

/// What has attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A resource.
    Resource,
    /// An instrumentation scope.
    Scope,
    /// A span.
    Span,
    /// An event of a span.
    SpanEvent,
    /// A link of a span.
    SpanLink,
    /// A data point of any kind of metric.
    DataPoint,
    /// An exemplar of a data point.
    Exemplar,
    /// A log record.
    LogRecord,
}

impl Place {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Resource,
        Self::Scope,
        Self::Span,
        Self::SpanEvent,
        Self::SpanLink,
        Self::DataPoint,
        Self::Exemplar,
        Self::LogRecord,
    ];

    pub(super) const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// The sum of the bits of places.
pub(super) fn bits(places: &[Place]) -> u32 {
    places.iter().fold(0, |bits, place| bits | place.bit())
}

/// What the walk knows of a message of OTLP: the numbers are those of opentelemetry-proto.
pub(super) struct Shape {
    /// The field that has attributes, and whose they are.
    pub(super) attributes: Option<(u32, Place)>,
    /// Fields that are messages with attributes in them.
    pub(super) children: &'static [Child],
    /// The places within, as bits.
    pub(super) within: u32,
}

pub(super) struct Child {
    pub(super) number: u32,
    pub(super) shape: &'static Shape,
    /// One that isn't there stands for an empty one.
    pub(super) implied: bool,
}

const fn leaf(number: u32, place: Place) -> Shape {
    shape(Some((number, place)), &[])
}

const fn shape(attributes: Option<(u32, Place)>, children: &'static [Child]) -> Shape {
    let mut within = match attributes {
        Some((_, place)) => place.bit(),
        None => 0,
    };
    let mut i = 0;
    while i < children.len() {
        within |= children[i].shape.within;
        i += 1;
    }
    Shape { attributes, children, within }
}

const fn child(number: u32, shape: &'static Shape) -> Child {
    Child { number, shape, implied: false }
}

const fn implied(number: u32, shape: &'static Shape) -> Child {
    Child { number, shape, implied: true }
}

static RESOURCE: Shape = leaf(1, Place::Resource);
static SCOPE: Shape = leaf(3, Place::Scope);

static EVENT: Shape = leaf(3, Place::SpanEvent);
static LINK: Shape = leaf(4, Place::SpanLink);
static SPAN: Shape = shape(Some((9, Place::Span)), &[child(11, &EVENT), child(13, &LINK)]);
static SCOPE_SPANS: Shape = shape(None, &[implied(1, &SCOPE), child(2, &SPAN)]);
static RESOURCE_SPANS: Shape = shape(None, &[implied(1, &RESOURCE), child(2, &SCOPE_SPANS)]);
static TRACES: Shape = shape(None, &[child(1, &RESOURCE_SPANS)]);

static EXEMPLAR: Shape = leaf(7, Place::Exemplar);
static NUMBER_POINT: Shape = shape(Some((7, Place::DataPoint)), &[child(5, &EXEMPLAR)]);
static HISTOGRAM_POINT: Shape = shape(Some((9, Place::DataPoint)), &[child(8, &EXEMPLAR)]);
static EXPONENTIAL_POINT: Shape = shape(Some((1, Place::DataPoint)), &[child(11, &EXEMPLAR)]);
static SUMMARY_POINT: Shape = leaf(7, Place::DataPoint);
static NUMBERS: Shape = shape(None, &[child(1, &NUMBER_POINT)]);
static HISTOGRAM: Shape = shape(None, &[child(1, &HISTOGRAM_POINT)]);
static EXPONENTIAL: Shape = shape(None, &[child(1, &EXPONENTIAL_POINT)]);
static SUMMARY: Shape = shape(None, &[child(1, &SUMMARY_POINT)]);
static METRIC: Shape = shape(
    None,
    &[child(5, &NUMBERS), child(7, &NUMBERS), child(9, &HISTOGRAM), child(10, &EXPONENTIAL), child(11, &SUMMARY)],
);
static SCOPE_METRICS: Shape = shape(None, &[implied(1, &SCOPE), child(2, &METRIC)]);
static RESOURCE_METRICS: Shape = shape(None, &[implied(1, &RESOURCE), child(2, &SCOPE_METRICS)]);
static METRICS: Shape = shape(None, &[child(1, &RESOURCE_METRICS)]);

static LOG_RECORD: Shape = leaf(6, Place::LogRecord);
static SCOPE_LOGS: Shape = shape(None, &[implied(1, &SCOPE), child(2, &LOG_RECORD)]);
static RESOURCE_LOGS: Shape = shape(None, &[implied(1, &RESOURCE), child(2, &SCOPE_LOGS)]);
static LOGS: Shape = shape(None, &[child(1, &RESOURCE_LOGS)]);

/// A whole batch of a signal.
pub(super) fn batch(signal: u32) -> &'static Shape {
    match signal {
        abi::SIGNAL_TRACES => &TRACES,
        abi::SIGNAL_METRICS => &METRICS,
        _ => &LOGS,
    }
}
