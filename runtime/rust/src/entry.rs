//! Behind `register_collector_plugin`.

use crate::boundary::{caught, hook_panics};
use crate::error::Error;
use crate::host::Host;
use crate::registration::{Package, Register};
use crate::{abi, handle, logging};
use std::any::Any;
use std::sync::{Mutex, PoisonError};

/// The tables of what was registered: the host's contexts point to them until the library is unloaded.
static TABLES: Mutex<Vec<Box<dyn Any + Send>>> = Mutex::new(Vec::new());

/// Takes the components of a plugin.
#[doc(hidden)]
pub struct Registry {
    host: &'static abi::HostApi,
    package: Package,
}

impl Registry {
    /// Registers one. The error is the code for the host.
    pub fn add(&self, component: impl Register) -> Result<(), i32> {
        // SAFETY: a Registry lives only in the call of register_collector_plugin.
        let table = unsafe { component.register(self.host, self.package)? };
        TABLES.lock().unwrap_or_else(PoisonError::into_inner).push(table);
        Ok(())
    }
}

/// What `register_collector_plugin` does.
///
/// # Safety
/// `host` is null, or a table as the header says.
#[doc(hidden)]
pub unsafe fn register(
    host: *const abi::HostApi,
    package: Package,
    components: fn(&Registry) -> Result<(), i32>,
) -> i32 {
    // SAFETY: the two numbers at the start are all that may be read before the version is known.
    let known = unsafe {
        !host.is_null()
            && (*host).abi_version == abi::ABI_VERSION
            && (*host).struct_size >= abi::struct_size::<abi::HostApi>()
    };
    if !known {
        return abi::ABI;
    }
    // SAFETY: the table is of our version, and lives until this library is unloaded.
    let host = unsafe { Host::keep(host) };
    hook_panics();
    logging::install();
    let registry = Registry { host: host.api(), package };
    let mut code = abi::OK;
    let registered = caught(None, None, || {
        if let Err(refused) = components(&registry) {
            code = refused;
        }
        Ok::<(), Error>(())
    });
    if let Err(panicked) = registered {
        host.log(std::ptr::null_mut(), abi::LOG_ERROR, &panicked.to_string(), "");
        return abi::PANIC;
    }
    code
}

/// Runs when the library is unloaded, and when the process exits: gives back what it holds, if nothing runs any more.
#[doc(hidden)]
pub extern "C" fn unload() {
    if handle::live() == 0 {
        drop(std::mem::take(&mut *TABLES.lock().unwrap_or_else(PoisonError::into_inner)));
        #[cfg(feature = "tokio")]
        crate::asynchronous::forget();
        drop(std::panic::take_hook());
    }
}
