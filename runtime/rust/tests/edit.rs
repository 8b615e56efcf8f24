//! Editors of attributes: what they see, what they change, and what stays as it was.

use otelcol_plugin::edited;
use otelcol_plugin::prelude::*;
use otelcol_plugin::proto::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList, any_value::Value as Typed,
};
use otelcol_plugin::proto::logs::v1::{LogRecord, LogsData, ResourceLogs, ScopeLogs};
use otelcol_plugin::proto::metrics::v1::{
    Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint, Metric,
    MetricsData, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary, SummaryDataPoint, exemplar,
    metric::Data, number_data_point,
};
use otelcol_plugin::proto::resource::v1::Resource;
use otelcol_plugin::proto::trace::v1::{
    ResourceSpans, ScopeSpans, Span, Status, TracesData,
    span::{Event, Link},
};
use std::sync::Mutex;

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Config {}

macro_rules! editor {
    ($name:ident at $places:expr, |$place:pat_param, $attributes:ident| $edit:block) => {
        struct $name;
        impl Component for $name {
            type Config = Config;
            const TYPE: &'static str = "editor";
            fn create(_: Config, _: &Instance) -> Result<Self, Error> {
                Ok(Self)
            }
        }
        impl Edit for $name {
            const PLACES: &'static [Place] = $places;
            fn edit(&self, $place: Place, $attributes: &mut Attributes<'_>) -> Result<(), Error> {
                $edit
                Ok(())
            }
        }
    };
}

fn value(value: Typed) -> Option<AnyValue> {
    Some(AnyValue { value: Some(value) })
}

fn text(key: &str, text: &str) -> KeyValue {
    KeyValue { key: key.into(), value: value(Typed::StringValue(text.into())), ..Default::default() }
}

/// Where it is is the attribute `is`.
fn is(place: Place) -> Vec<KeyValue> {
    vec![text("is", &format!("{place:?}"))]
}

fn resource() -> Option<Resource> {
    Some(Resource { attributes: is(Place::Resource), ..Default::default() })
}

fn scope() -> Option<InstrumentationScope> {
    Some(InstrumentationScope { name: "lib".into(), attributes: is(Place::Scope), ..Default::default() })
}

fn traces() -> TracesData {
    let span = Span {
        trace_id: vec![1; 16],
        span_id: vec![2; 8],
        name: "GET /".into(),
        attributes: is(Place::Span),
        events: vec![Event { name: "e".into(), attributes: is(Place::SpanEvent), ..Default::default() }],
        links: vec![Link { trace_id: vec![3; 16], attributes: is(Place::SpanLink), ..Default::default() }],
        status: Some(Status { message: "no".into(), code: 2 }),
        flags: 1,
        ..Default::default()
    };
    let scopes = ScopeSpans { scope: scope(), spans: vec![span.clone(), span], schema_url: "s".into() };
    TracesData {
        resource_spans: vec![ResourceSpans { resource: resource(), scope_spans: vec![scopes], schema_url: "r".into() }],
    }
}

fn metrics() -> MetricsData {
    let exemplars = vec![Exemplar {
        filtered_attributes: is(Place::Exemplar),
        value: Some(exemplar::Value::AsInt(4)),
        ..Default::default()
    }];
    let attributes = is(Place::DataPoint);
    let number = NumberDataPoint {
        attributes: attributes.clone(),
        exemplars: exemplars.clone(),
        value: Some(number_data_point::Value::AsDouble(0.5)),
        ..Default::default()
    };
    let histogram = HistogramDataPoint {
        attributes: attributes.clone(),
        exemplars: exemplars.clone(),
        bucket_counts: vec![1, 2],
        explicit_bounds: vec![0.5],
        ..Default::default()
    };
    let exponential =
        ExponentialHistogramDataPoint { attributes: attributes.clone(), exemplars, count: 3, ..Default::default() };
    let summary = SummaryDataPoint { attributes, count: 3, ..Default::default() };
    let data = [
        Data::Gauge(Gauge { data_points: vec![number.clone()] }),
        Data::Sum(Sum { data_points: vec![number], ..Default::default() }),
        Data::Histogram(Histogram { data_points: vec![histogram], ..Default::default() }),
        Data::ExponentialHistogram(ExponentialHistogram { data_points: vec![exponential], ..Default::default() }),
        Data::Summary(Summary { data_points: vec![summary] }),
    ];
    let metrics = data.map(|data| Metric { name: "m".into(), data: Some(data), ..Default::default() }).into();
    let scopes = ScopeMetrics { scope: scope(), metrics, ..Default::default() };
    MetricsData {
        resource_metrics: vec![ResourceMetrics {
            resource: resource(),
            scope_metrics: vec![scopes],
            ..Default::default()
        }],
    }
}

fn logs() -> LogsData {
    let record = LogRecord { body: value(Typed::IntValue(-1)), attributes: is(Place::LogRecord), ..Default::default() };
    let scopes = ScopeLogs { scope: scope(), log_records: vec![record; 3], ..Default::default() };
    LogsData {
        resource_logs: vec![ResourceLogs { resource: resource(), scope_logs: vec![scopes], ..Default::default() }],
    }
}

/// All places it was called at, in the attribute's words and in its own.
static SEEN: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

editor!(Looks at Place::ALL, |place, attributes| {
    let is = attributes.get("is").and_then(|value| value.as_text().map(str::to_owned)).unwrap_or_default();
    SEEN.lock().unwrap().push((is, format!("{place:?}")));
});

#[test]
fn every_place_of_every_signal_is_visited_and_nothing_changes_by_looking() {
    assert_eq!(edited(&Looks, &traces()).unwrap(), traces());
    assert_eq!(edited(&Looks, &metrics()).unwrap(), metrics());
    assert_eq!(edited(&Looks, &logs()).unwrap(), logs());
    let seen = std::mem::take(&mut *SEEN.lock().unwrap());
    // Resource and scope, and: 2 spans with an event and a link each; 5 points, 4 of them with an exemplar; 3 records.
    assert_eq!(seen.len(), 3 * 2 + 2 * 3 + 5 + 4 + 3);
    for (attribute, place) in seen {
        assert_eq!(attribute, place);
    }
}

editor!(Tags at Place::ALL, |_, attributes| {
    attributes.set("is", "changed");
    attributes.set("new", 7);
});

fn tagged(attributes: &mut Vec<KeyValue>) {
    *attributes = vec![
        text("is", "changed"),
        KeyValue { key: "new".into(), value: value(Typed::IntValue(7)), ..Default::default() },
    ];
}

#[test]
fn what_is_changed_is_as_if_it_was_decoded_and_changed() {
    let mut wanted = traces();
    for resource in &mut wanted.resource_spans {
        tagged(&mut resource.resource.as_mut().unwrap().attributes);
        for scope in &mut resource.scope_spans {
            tagged(&mut scope.scope.as_mut().unwrap().attributes);
            for span in &mut scope.spans {
                tagged(&mut span.attributes);
                span.events.iter_mut().for_each(|event| tagged(&mut event.attributes));
                span.links.iter_mut().for_each(|link| tagged(&mut link.attributes));
            }
        }
    }
    assert_eq!(edited(&Tags, &traces()).unwrap(), wanted);

    let mut wanted = logs();
    for resource in &mut wanted.resource_logs {
        tagged(&mut resource.resource.as_mut().unwrap().attributes);
        for scope in &mut resource.scope_logs {
            tagged(&mut scope.scope.as_mut().unwrap().attributes);
            scope.log_records.iter_mut().for_each(|record| tagged(&mut record.attributes));
        }
    }
    assert_eq!(edited(&Tags, &logs()).unwrap(), wanted);

    let changed = edited(&Tags, &metrics()).unwrap();
    assert_eq!(changed.count(), 5);
    let text = format!("{changed:?}");
    assert!(!text.contains("DataPoint\"") && !text.contains("Exemplar\""));
    assert_eq!(text.matches("\"changed\"").count(), 2 + 5 + 4);
    // And all that is no attribute is there still.
    for part in ["bucket_counts: [1, 2]", "explicit_bounds: [0.5]", "AsInt(4)", "AsDouble(0.5)", "count: 3"] {
        assert!(text.contains(part), "{part}");
    }
}

editor!(OfResources at &[Place::Resource], |_, attributes| { attributes.set("team", "blue"); });

#[test]
fn a_resource_that_is_left_out_can_have_attributes_all_the_same() {
    let batch = TracesData { resource_spans: vec![ResourceSpans::default(), traces().resource_spans.remove(0)] };
    let changed = edited(&OfResources, &batch).unwrap();
    assert_eq!(changed.resource_spans[0].resource.as_ref().unwrap().attributes, [text("team", "blue")]);
    let both = [text("is", "Resource"), text("team", "blue")];
    assert_eq!(changed.resource_spans[1].resource.as_ref().unwrap().attributes, both);
    assert_eq!(changed.resource_spans[1].scope_spans, batch.resource_spans[1].scope_spans);
    assert_eq!(edited(&OfResources, &TracesData::default()).unwrap(), TracesData::default());
}

editor!(Everything at &[Place::LogRecord], |_, attributes| {
    assert_eq!(attributes.len(), 8);
    assert_eq!(attributes.get("text"), Some(Value::Text("ä")));
    assert_eq!(attributes.get("bool"), Some(Value::Bool(true)));
    assert_eq!(attributes.get("int"), Some(Value::Int(-5)));
    assert_eq!(attributes.get("double"), Some(Value::Double(0.25)));
    assert_eq!(attributes.get("bytes"), Some(Value::Bytes(&[0, 255])));
    assert_eq!(attributes.get("nothing"), Some(Value::Empty));
    assert_eq!(attributes.get("absent"), None);
    for key in ["list", "map"] {
        let Some(Value::Nested(nested)) = attributes.get(key) else { panic!("{key}") };
        let decoded = nested.decode()?;
        attributes.set(&format!("{key} again"), &decoded);
    }
    attributes.set("text", &"long ".repeat(100));
    attributes.set("bool", false);
    attributes.set("double", -1.5);
    attributes.set("bytes", &[9u8][..]);
    assert!(attributes.remove("int"));
    assert!(!attributes.remove("int"));
    attributes.retain(|key, value| key != "nothing" && value != Value::Empty);
});

#[test]
fn values_of_every_kind_are_read_and_written() {
    let list = value(Typed::ArrayValue(ArrayValue { values: vec![AnyValue { value: Some(Typed::IntValue(1)) }] }));
    let map = value(Typed::KvlistValue(KeyValueList { values: vec![text("inner", "x")] }));
    let pair = |key: &str, value| KeyValue { key: key.into(), value, ..Default::default() };
    let attributes = vec![
        text("text", "ä"),
        pair("bool", value(Typed::BoolValue(true))),
        pair("int", value(Typed::IntValue(-5))),
        pair("double", value(Typed::DoubleValue(0.25))),
        pair("bytes", value(Typed::BytesValue(vec![0, 255]))),
        pair("nothing", None),
        pair("list", list.clone()),
        pair("map", map.clone()),
    ];
    let record = LogRecord { attributes, severity_number: 9, ..Default::default() };
    let scopes = ScopeLogs { log_records: vec![record], ..Default::default() };
    let batch = LogsData { resource_logs: vec![ResourceLogs { scope_logs: vec![scopes], ..Default::default() }] };
    let changed = edited(&Everything, &batch).unwrap();
    let record = &changed.resource_logs[0].scope_logs[0].log_records[0];
    assert_eq!(record.severity_number, 9);
    let wanted = [
        text("text", &"long ".repeat(100)),
        pair("bool", value(Typed::BoolValue(false))),
        pair("double", value(Typed::DoubleValue(-1.5))),
        pair("bytes", value(Typed::BytesValue(vec![9]))),
        pair("list", list.clone()),
        pair("map", map.clone()),
        pair("list again", list),
        pair("map again", map),
    ];
    assert_eq!(record.attributes, wanted);
}
