//! A message as a log record; attributes are named as by the Collector's own syslog receiver.

use crate::message::{Message, StructuredData};
use otelcol_plugin::proto::common::v1::{AnyValue, KeyValue, KeyValueList, any_value::Value};
use otelcol_plugin::proto::logs::v1::LogRecord;

/// Severity numbers and texts: OpenTelemetry, logs data model, appendix B.
const SEVERITIES: [(i32, &str); 8] = [
    (21, "emerg"),
    (19, "alert"),
    (18, "crit"),
    (17, "err"),
    (13, "warning"),
    (10, "notice"),
    (9, "info"),
    (5, "debug"),
];

/// The record of a message that came at `now` (nanoseconds since 1970) from `peer`; `cut` says that it was too long.
pub fn record(message: Message, now: u64, peer: &str, cut: bool) -> LogRecord {
    let mut attributes = Vec::new();
    let mut text = |key: &str, value: Option<String>| {
        attributes.extend(value.map(|value| attribute(key, Value::StringValue(value))));
    };
    text("hostname", message.hostname);
    text("appname", message.appname);
    text("proc_id", message.proc_id);
    text("msg_id", message.msg_id);
    text("client.address", Some(peer.to_owned()));
    if !message.data.is_empty() {
        attributes.push(attribute("structured_data", nested(message.data)));
    }
    if cut {
        attributes.push(attribute("syslog.truncated", Value::BoolValue(true)));
    }
    let mut severity = (0, "");
    if let Some(priority) = message.priority {
        severity = SEVERITIES[usize::from(priority % 8)];
        attributes.push(attribute("priority", Value::IntValue(priority.into())));
        attributes.push(attribute("facility", Value::IntValue((priority / 8).into())));
    }
    LogRecord {
        time_unix_nano: message.time.unwrap_or(0),
        observed_time_unix_nano: now,
        severity_number: severity.0,
        severity_text: severity.1.to_owned(),
        body: Some(AnyValue { value: Some(Value::StringValue(message.text)) }),
        attributes,
        ..Default::default()
    }
}

fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..Default::default() }
}

fn nested(data: StructuredData) -> Value {
    let elements = data.into_iter().map(|(id, parameters)| {
        let values = parameters.into_iter().map(|(name, value)| attribute(&name, Value::StringValue(value))).collect();
        attribute(&id, Value::KvlistValue(KeyValueList { values }))
    });
    Value::KvlistValue(KeyValueList { values: elements.collect() })
}
