//! The `tracing` facade, into the Collector's log: events, with their fields. Spans are not kept.

use crate::{abi, logging};
use std::fmt::{Debug, Write};
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Event, Field, Level, Metadata, Subscriber, dispatcher, field::Visit};

struct IntoCollector;

#[derive(Default)]
struct Fields {
    message: String,
    others: serde_json::Map<String, serde_json::Value>,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            let _ = write!(self.message, "{value:?}");
        } else {
            self.others.insert(field.name().to_owned(), format!("{value:?}").into());
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.message.push_str(value);
        } else {
            self.others.insert(field.name().to_owned(), value.into());
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.others.insert(field.name().to_owned(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.others.insert(field.name().to_owned(), value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.others.insert(field.name().to_owned(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.others.insert(field.name().to_owned(), value.into());
    }
}

impl Subscriber for IntoCollector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let allowed = match log::max_level() {
            log::LevelFilter::Off => return false,
            log::LevelFilter::Error => Level::ERROR,
            log::LevelFilter::Warn => Level::WARN,
            log::LevelFilter::Info => Level::INFO,
            log::LevelFilter::Debug => Level::DEBUG,
            log::LevelFilter::Trace => Level::TRACE,
        };
        metadata.is_event() && *metadata.level() <= allowed
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let level = match *event.metadata().level() {
            Level::ERROR => abi::LOG_ERROR,
            Level::WARN => abi::LOG_WARN,
            Level::INFO => abi::LOG_INFO,
            _ => abi::LOG_DEBUG,
        };
        fields.others.insert("target".to_owned(), event.metadata().target().into());
        logging::entry(level, &fields.message, &serde_json::Value::Object(fields.others).to_string());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}

    // The level may become finer with each instance: asked each time, not once per call site.
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> tracing_core::Interest {
        if metadata.is_event() { tracing_core::Interest::sometimes() } else { tracing_core::Interest::never() }
    }
}

pub(crate) fn install() {
    // tracing-core keeps it in statics that nothing empties: 112 bytes that a host which unloads the library doesn't get back.
    // Fails only if the plugin has set a subscriber of its own, which then stays.
    let _ = dispatcher::set_global_default(dispatcher::Dispatch::new(IntoCollector));
}
