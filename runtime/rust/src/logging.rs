//! The `log` facade, into the Collector's log.

use crate::host::Host;
use crate::{abi, boundary};
use log::{Level, LevelFilter, Log, Metadata, Record};

struct IntoCollector;

impl Log for IntoCollector {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        Host::kept().is_some()
    }

    fn log(&self, record: &Record<'_>) {
        let level = match record.level() {
            Level::Error => abi::LOG_ERROR,
            Level::Warn => abi::LOG_WARN,
            Level::Info => abi::LOG_INFO,
            Level::Debug | Level::Trace => abi::LOG_DEBUG,
        };
        let fields = serde_json::json!({ "target": record.target() });
        entry(level, &record.args().to_string(), &fields.to_string());
    }

    fn flush(&self) {}
}

/// One entry, of the instance this thread works for, if any.
pub(crate) fn entry(level: u32, message: &str, fields: &str) {
    match boundary::current_instance() {
        Some(instance) if level < instance.log_level() => {}
        Some(instance) => instance.log(level, message, fields),
        None => {
            if let Some(host) = Host::kept() {
                host.log(std::ptr::null_mut(), level, message, fields);
            }
        }
    }
}

/// From now on `log` goes to the host. Nothing finer than info is made until an instance asks for it.
pub(crate) fn install() {
    // Fails only if the plugin has set a logger of its own, which then stays.
    if log::set_logger(&IntoCollector).is_ok() {
        log::set_max_level(LevelFilter::Info);
    }
    #[cfg(feature = "tracing")]
    crate::tracing::install();
}

/// Makes records as fine as this instance's host takes them.
pub(crate) fn allow(level: u32) {
    let filter = match level {
        abi::LOG_DEBUG => LevelFilter::Debug,
        abi::LOG_INFO => LevelFilter::Info,
        abi::LOG_WARN => LevelFilter::Warn,
        _ => LevelFilter::Error,
    };
    if filter > log::max_level() {
        log::set_max_level(filter);
    }
}
