//! The host's table, as it was given to `register_collector_plugin`.

use crate::abi;
use std::ffi::c_char;
use std::sync::atomic::{AtomicPtr, Ordering};

static HOST: AtomicPtr<abi::HostApi> = AtomicPtr::new(std::ptr::null_mut());

/// The table; it is valid until the library is unloaded.
#[derive(Clone, Copy)]
pub(crate) struct Host(&'static abi::HostApi);

impl Host {
    /// Keeps the table for all that follows.
    ///
    /// # Safety
    /// `api` is valid until this library is unloaded, and of the ABI version of this crate.
    pub(crate) unsafe fn keep(api: *const abi::HostApi) -> Self {
        HOST.store(api.cast_mut(), Ordering::Release);
        // SAFETY: the caller's promise.
        Self(unsafe { &*api })
    }

    /// The table, if the plugin was registered.
    pub(crate) fn kept() -> Option<Self> {
        // SAFETY: what `keep` stored is valid for as long as this code is.
        unsafe { HOST.load(Ordering::Acquire).as_ref() }.map(Self)
    }

    pub(crate) fn api(self) -> &'static abi::HostApi {
        self.0
    }

    /// Name and version of the Collector: `otelcol/0.165.0`.
    pub(crate) fn collector(self) -> String {
        // SAFETY: the table's text is valid as long as the table.
        let bytes = unsafe { abi::bytes(self.0.collector.cast(), self.0.collector_size) };
        String::from_utf8_lossy(bytes).into_owned()
    }

    /// An entry of the Collector's log; `instance` is a valid one or null.
    pub(crate) fn log(self, instance: *mut abi::Instance, level: u32, message: &str, fields: &str) {
        // SAFETY: the texts live during the call; the instance is as said.
        unsafe {
            (self.0.log)(
                self.0,
                instance,
                level,
                message.as_ptr().cast::<c_char>(),
                message.len(),
                fields.as_ptr().cast::<c_char>(),
                fields.len(),
            );
        }
    }
}
