//! The processor, on batches.

use otelcol_plugin::prelude::*;
use otelcol_plugin::proto::common::v1::{AnyValue, KeyValue, KeyValueList, any_value::Value};
use otelcol_plugin::proto::logs::v1::{LogRecord, LogsData, ResourceLogs, ScopeLogs};
use otelcol_plugin::proto::metrics::v1::{
    Exemplar, Metric, MetricsData, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, metric::Data,
};
use otelcol_plugin::proto::trace::v1::{ResourceSpans, ScopeSpans, Span, Status, TracesData, span::Event};
use otelcol_redact::{Config, Redact};
use serde_json::json;

fn redact(config: serde_json::Value) -> Redact {
    let config = otelcol_plugin::config::read::<Config>(config.to_string().as_bytes()).unwrap();
    Redact::validate(&config).unwrap();
    Redact::create(config, &Instance::detached("redact")).unwrap()
}

fn fault(config: serde_json::Value) -> String {
    let read = otelcol_plugin::config::read::<Config>(config.to_string().as_bytes());
    read.and_then(|config| Redact::validate(&config)).unwrap_err().to_string()
}

fn any(value: Value) -> Option<AnyValue> {
    Some(AnyValue { value: Some(value) })
}

fn text(value: &str) -> Option<AnyValue> {
    any(Value::StringValue(value.into()))
}

fn attribute(key: &str, value: Option<AnyValue>) -> KeyValue {
    KeyValue { key: key.into(), value, ..Default::default() }
}

fn record(record: LogRecord) -> LogsData {
    let scope = ScopeLogs { log_records: vec![record], ..Default::default() };
    LogsData { resource_logs: vec![ResourceLogs { scope_logs: vec![scope], ..Default::default() }] }
}

fn span(span: Span) -> TracesData {
    let scope = ScopeSpans { spans: vec![span], ..Default::default() };
    TracesData { resource_spans: vec![ResourceSpans { scope_spans: vec![scope], ..Default::default() }] }
}

fn first_record(data: &LogsData) -> &LogRecord {
    &data.resource_logs[0].scope_logs[0].log_records[0]
}

fn first_span(data: &TracesData) -> &Span {
    &data.resource_spans[0].scope_spans[0].spans[0]
}

fn value<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a Value> {
    attributes.iter().find(|attribute| attribute.key == key)?.value.as_ref()?.value.as_ref()
}

fn string<'a>(attributes: &'a [KeyValue], key: &str) -> &'a str {
    match value(attributes, key) {
        Some(Value::StringValue(text)) => text,
        other => panic!("{key} is {other:?}"),
    }
}

#[test]
fn what_holds_nothing_sensitive_goes_on_as_it_came() {
    let mut data =
        span(Span { name: "GET /cart".into(), attributes: vec![attribute("user", text("ada"))], ..Default::default() });
    let before = data.clone();
    assert_eq!(redact(json!({})).process(&mut data).unwrap(), Outcome::Unchanged);
    assert_eq!(data, before);
}

#[test]
fn patterns_are_found_in_attributes_names_events_and_status() {
    let card = "4111111111111111";
    let mut data = span(Span {
        name: format!("pay {card}"),
        attributes: vec![attribute("note", text(&format!("paid with {card}, thanks")))],
        events: vec![Event {
            attributes: vec![attribute("number", any(Value::IntValue(4111111111111111)))],
            ..Default::default()
        }],
        status: Some(Status { message: format!("{card} was declined"), ..Default::default() }),
        ..Default::default()
    });
    assert_eq!(redact(json!({})).process(&mut data).unwrap(), Outcome::Changed);
    let span = first_span(&data);
    assert_eq!(span.name, "pay ****");
    assert_eq!(string(&span.attributes, "note"), "paid with ****, thanks");
    assert_eq!(string(&span.events[0].attributes, "number"), "****");
    assert_eq!(span.status.as_ref().unwrap().message, "**** was declined");
    assert_eq!(value(&span.attributes, "redact.masked.count"), Some(&Value::IntValue(4)));
    assert_eq!(value(&span.attributes, "redact.removed.count"), None);
}

#[test]
fn a_blocked_key_loses_its_value_of_whatever_type_even_inside_a_body() {
    let body = KeyValueList { values: vec![attribute("password", text("hunter2")), attribute("user", text("ada"))] };
    let mut data = record(LogRecord {
        body: any(Value::KvlistValue(body)),
        attributes: vec![
            attribute("db.password", any(Value::IntValue(1234))),
            attribute("passwords_tried", any(Value::IntValue(3))),
        ],
        ..Default::default()
    });
    assert_eq!(redact(json!({})).process(&mut data).unwrap(), Outcome::Changed);
    let record = first_record(&data);
    assert_eq!(string(&record.attributes, "db.password"), "****");
    assert_eq!(value(&record.attributes, "passwords_tried"), Some(&Value::IntValue(3)));
    let Some(Value::KvlistValue(body)) = &record.body.as_ref().unwrap().value else { panic!() };
    assert_eq!(string(&body.values, "password"), "****");
    assert_eq!(string(&body.values, "user"), "ada");
}

#[test]
fn only_allowed_keys_stay_and_ignored_ones_are_not_looked_at() {
    let config = json!({ "allow_all_keys": false, "allowed_keys": ["user", "mail"], "ignored_keys": ["raw"], "presets": ["email"] });
    let mut data = record(LogRecord {
        attributes: vec![
            attribute("user", text("ada")),
            attribute("mail", text("ada@example.org")),
            attribute("raw", text("bob@example.org")),
            attribute("other", text("x")),
        ],
        ..Default::default()
    });
    redact(config).process(&mut data).unwrap();
    let attributes = &first_record(&data).attributes;
    assert_eq!(string(attributes, "user"), "ada");
    assert_eq!(string(attributes, "mail"), "****");
    assert_eq!(string(attributes, "raw"), "bob@example.org");
    assert_eq!(value(attributes, "other"), None);
    assert_eq!(value(attributes, "redact.removed.count"), Some(&Value::IntValue(1)));
}

#[test]
fn a_hash_is_the_same_for_the_same_text_and_another_for_another_key() {
    let hashed = |key: &str| {
        let config = json!({ "presets": ["email"], "method": "hash", "hash_key": key, "summary": "none" });
        let mut data = record(LogRecord { body: text("ada@example.org and ada@example.org"), ..Default::default() });
        redact(config).process(&mut data).unwrap();
        let Some(Value::StringValue(body)) = first_record(&data).body.clone().unwrap().value else { panic!() };
        assert!(first_record(&data).attributes.is_empty());
        body
    };
    let one = hashed("0123456789abcdef");
    let (left, right) = one.split_once(" and ").unwrap();
    assert_eq!(left, right);
    assert_eq!(left.len(), "hmac:".len() + 24);
    assert_ne!(one, hashed("fedcba9876543210"));
}

#[test]
fn what_is_allowed_stays() {
    let config = json!({ "presets": ["email"], "allowed_values": [".*@example\\.org"] });
    let mut data = record(LogRecord { body: text("ada@example.org, bob@example.com"), ..Default::default() });
    redact(config).process(&mut data).unwrap();
    assert_eq!(first_record(&data).body, text("ada@example.org, ****"));
}

#[test]
fn data_points_and_exemplars_are_redacted() {
    let exemplar =
        Exemplar { filtered_attributes: vec![attribute("token", text("Bearer abcdef123456"))], ..Default::default() };
    let point = NumberDataPoint {
        attributes: vec![attribute("client", text("10.1.2.3"))],
        exemplars: vec![exemplar],
        ..Default::default()
    };
    let sum = Sum { data_points: vec![point], ..Default::default() };
    let metric = Metric { name: "requests".into(), data: Some(Data::Sum(sum)), ..Default::default() };
    let scope = ScopeMetrics { metrics: vec![metric], ..Default::default() };
    let mut data =
        MetricsData { resource_metrics: vec![ResourceMetrics { scope_metrics: vec![scope], ..Default::default() }] };
    redact(json!({ "presets": ["ipv4", "bearer_token"] })).process(&mut data).unwrap();
    let Some(Data::Sum(sum)) = &data.resource_metrics[0].scope_metrics[0].metrics[0].data else { panic!() };
    assert_eq!(string(&sum.data_points[0].attributes, "client"), "****");
    assert_eq!(string(&sum.data_points[0].exemplars[0].filtered_attributes, "token"), "****");
}

#[test]
fn wrong_configurations_are_told_field_by_field() {
    assert_eq!(
        fault(
            json!({ "blocked_values": ["ok", "(unclosed", ".*"], "blocked_key_patterns": ["["], "allow_all_keys": false })
        ),
        "blocked_values[1]: regex parse error: (unclosed ^ error: unclosed group\n\
         blocked_values[2]: matches the empty text, and so everywhere\n\
         blocked_key_patterns[0]: regex parse error: [ ^ error: unclosed character class\n\
         allowed_keys: without any, and with allow_all_keys: false, every attribute would be removed"
    );
    assert_eq!(fault(json!({ "method": "hash" })), "hash_key: must have at least 16 bytes, for method: hash");
    assert!(fault(json!({ "presets": ["phone"] })).starts_with("presets[0]: unknown variant `phone`"));
    assert!(fault(json!({ "preset": [] })).starts_with("preset: unknown field `preset`"));
}
