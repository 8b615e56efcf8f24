//! Where the host's calls come in: panics are caught here, and become errors.

use crate::abi;
use crate::error::Error;
use crate::host::Host;
use crate::instance::Instance;
use crate::output::Output;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, PanicHookInfo};
use std::sync::Mutex;
use std::time::Instant;

/// What a thread is doing for the host. It lies on the stack of the call: nothing stays in thread-local storage
/// between calls, and a library with nothing there can be unloaded.
struct Call {
    instance: Option<Instance>,
    deadline: Option<Instant>,
    panic: Mutex<Option<String>>,
}

thread_local! {
    static CALL: Cell<*const Call> = const { Cell::new(std::ptr::null()) };
}

/// Restores the outer call when the inner one ends: emit may lead back into this plugin.
struct Restore(*const Call);

impl Drop for Restore {
    fn drop(&mut self) {
        CALL.set(self.0);
    }
}

fn current<T>(read: impl FnOnce(&Call) -> T) -> Option<T> {
    // SAFETY: what is in CALL is on this thread's stack, below, until Restore takes it away.
    unsafe { CALL.get().as_ref() }.map(read)
}

/// The instance that this thread works for.
pub(crate) fn current_instance() -> Option<Instance> {
    current(|call| call.instance.clone()).flatten()
}

/// Until when the caller of the running call waits; None: for as long as it takes, or this thread isn't in a call.
///
/// An exporter gives up by then with [`Error::retryable`]; async components do so by themselves.
pub fn deadline() -> Option<Instant> {
    current(|call| call.deadline).flatten()
}

/// Runs `work` for an instance. A panic becomes [`Error`] with its message and place.
pub(crate) fn caught<T>(
    instance: Option<Instance>,
    deadline: Option<Instant>,
    work: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    let call = Call { instance, deadline, panic: Mutex::new(None) };
    let restore = Restore(CALL.replace(&raw const call));
    // What the closure leaves half done is the component's: behind &self it has its own locks, which are then poisoned.
    let result = std::panic::catch_unwind(AssertUnwindSafe(work));
    drop(restore);
    result.unwrap_or_else(|payload| {
        // Before the payload goes, whose drop may panic as well.
        let message = call.panic.lock().ok().and_then(|mut message| message.take());
        if let Err(again) = std::panic::catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(again);
        }
        Err(Error::panic(message.unwrap_or_else(|| "panicked".to_owned())))
    })
}

/// As [`caught`], with the code for the host, and the sentence in its buffer.
///
/// # Safety
/// `error` is null or a buffer of the running call.
pub(crate) unsafe fn answered(
    error: *mut abi::Buffer,
    instance: Option<Instance>,
    deadline: Option<Instant>,
    work: impl FnOnce() -> Result<i32, Error>,
) -> i32 {
    match caught(instance, deadline, work) {
        Ok(code) => code,
        Err(failed) => {
            // SAFETY: the caller's promise.
            if let Some(output) = unsafe { Output::new(error) } {
                // Without memory for the sentence the code has to do.
                let _ = output.append(failed.to_string().as_bytes());
            }
            failed.code()
        }
    }
}

/// Panics are told in the Collector's log instead of on stderr: where, and what.
pub(crate) fn hook_panics() {
    std::panic::set_hook(Box::new(|info| {
        let message = describe(info);
        let told = current(|call| {
            // The last counts: those before it the component has caught itself.
            if let Ok(mut last) = call.panic.try_lock() {
                *last = Some(message.clone());
            }
        });
        if told.is_none() {
            // No call waits for this thread: its panic would go unseen.
            let thread = std::thread::current();
            let name = thread.name().unwrap_or("without a name");
            if let Some(host) = Host::kept() {
                host.log(std::ptr::null_mut(), abi::LOG_ERROR, &format!("the thread {name} {message}"), "");
            }
        }
    }));
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let text = text.unwrap_or("with something that is no text");
    match info.location() {
        Some(place) => format!("panicked at {}:{}:{}: {text}", place.file(), place.line(), place.column()),
        None => format!("panicked: {text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_and_the_outer_call_goes_on() {
        let result = caught(None, Some(Instant::now()), || {
            let inner = caught(None, None, || -> Result<(), Error> { panic!("inner") });
            assert_eq!(inner.unwrap_err().code(), abi::PANIC);
            Ok(deadline().is_some())
        });
        assert_eq!(result, Ok(true));
        assert!(deadline().is_none());
    }

    #[test]
    fn a_payload_that_panics_when_dropped_is_an_error_too() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("again");
            }
        }
        let result = caught(None, None, || -> Result<(), Error> { std::panic::panic_any(Bomb) });
        assert_eq!(result.unwrap_err().code(), abi::PANIC);
    }
}
