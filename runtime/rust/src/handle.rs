//! One instance behind the C ABI: the functions the host calls, and what the handle points to.

use crate::boundary::{answered, caught};
use crate::component::Component;
use crate::error::Error;
use crate::gate::Gate;
use crate::instance::Instance;
use crate::output::Output;
use crate::worker::Worker;
use crate::{abi, config, logging, signal};
use std::ffi::{c_char, c_void};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Takes a batch of one signal; gives a code.
pub(crate) type Consume<T> = fn(&T, &[u8], Option<&Output>) -> Result<i32, Error>;
/// Runs a receiver for one signal.
pub(crate) type Run<T> = fn(&T, &Instance) -> Result<(), Error>;

/// What one instance does: of its signal.
type Picked<T> = (Option<Consume<T>>, Option<Run<T>>);

/// What a component does with which signals: (in, out, how).
pub(crate) struct Table<T> {
    pub(crate) consume: Vec<(u32, u32, Consume<T>)>,
    pub(crate) run: Vec<(u32, Run<T>)>,
}

struct Handle<T> {
    instance: Instance,
    consume: Option<Consume<T>>,
    run: Option<Run<T>>,
    /// Until start.
    created: Mutex<Option<T>>,
    /// From start on.
    running: OnceLock<Arc<T>>,
    /// Why it can't be used any more.
    broken: OnceLock<String>,
    calls: Gate,
    worker: Worker,
}

static LIVE: AtomicUsize = AtomicUsize::new(0);

/// How many handles there are.
pub(crate) fn live() -> usize {
    LIVE.load(Ordering::Acquire)
}

pub(crate) unsafe extern "C" fn validate<T: Component>(
    _: *mut c_void,
    config: *const c_char,
    config_size: usize,
    error: *mut abi::Buffer,
) -> i32 {
    // SAFETY: text and buffer are the host's, valid for this call.
    unsafe {
        answered(error, None, None, || {
            let read = config::read::<T::Config>(abi::bytes(config.cast(), config_size))?;
            T::validate(&read)?;
            Ok(abi::OK)
        })
    }
}

pub(crate) unsafe extern "C" fn create<T: Component>(
    context: *mut c_void,
    settings: *const abi::Settings,
    handle: *mut *mut c_void,
    error: *mut abi::Buffer,
) -> i32 {
    // SAFETY: the host's settings are valid for this call, its instance until destroy; context is the table that was
    // registered, which lives until unload.
    unsafe {
        let settings = &*settings;
        if settings.struct_size < abi::struct_size::<abi::Settings>() {
            return abi::ABI;
        }
        let instance = Instance::new(settings);
        let made = answered(error, Some(instance.clone()), None, || {
            logging::allow(settings.log_level);
            let table = &*context.cast::<Table<T>>();
            let (consume, run) = table.pick(settings)?;
            let read = config::read::<T::Config>(abi::bytes(settings.config.cast(), settings.config_size))?;
            T::validate(&read)?;
            let created = T::create(read, &instance)?;
            let made = Box::new(Handle {
                instance: instance.clone(),
                consume,
                run,
                created: Mutex::new(Some(created)),
                running: OnceLock::new(),
                broken: OnceLock::new(),
                calls: Gate::default(),
                worker: Worker::default(),
            });
            LIVE.fetch_add(1, Ordering::AcqRel);
            *handle = Box::into_raw(made).cast();
            Ok(abi::OK)
        });
        if made != abi::OK {
            // What was begun may still hold it.
            instance.stop().set();
            instance.bury();
        }
        made
    }
}

impl<T> Table<T> {
    fn pick(&self, settings: &abi::Settings) -> Result<Picked<T>, Error> {
        let (signal, output) = (settings.signal, settings.output_signal);
        let consume = self.consume.iter().find(|(i, o, _)| (*i, *o) == (signal, output)).map(|(_, _, how)| *how);
        let run = self.run.iter().find(|(i, _)| *i == signal).map(|(_, how)| *how);
        let wanted = !self.consume.is_empty() || !self.run.is_empty();
        if wanted && consume.is_none() && run.is_none() {
            return Err(Error::abi(match output {
                0 => format!("the component has no {}", signal::name(signal)),
                _ => format!("the component does not connect {} to {}", signal::name(signal), signal::name(output)),
            }));
        }
        Ok((consume, run))
    }
}

/// # Safety
/// `handle` is what `create::<T>` gave, and not yet destroyed.
unsafe fn handle_of<'a, T>(handle: *mut c_void) -> &'a Handle<T> {
    // SAFETY: the caller's promise.
    unsafe { &*handle.cast::<Handle<T>>() }
}

fn until(timeout_ns: u64) -> Option<Instant> {
    if timeout_ns == 0 { None } else { Instant::now().checked_add(Duration::from_nanos(timeout_ns)) }
}

pub(crate) unsafe extern "C" fn start<T: Component>(handle: *mut c_void, error: *mut abi::Buffer) -> i32 {
    // SAFETY: the handle and the buffer are as the header says.
    unsafe {
        let this = handle_of::<T>(handle);
        let code = answered(error, Some(this.instance.clone()), None, || {
            let created = this.created.lock().unwrap_or_else(PoisonError::into_inner).take();
            let mut component = created.ok_or_else(|| Error::permanent("was started already"))?;
            component.start()?;
            let component = this.running.get_or_init(|| Arc::new(component));
            if let Some(run) = this.run {
                this.worker.begin(&this.instance, component, run)?;
            }
            Ok(abi::OK)
        });
        if code != abi::OK {
            let _ = this.broken.set(format!("{} is broken: its start failed", this.instance.id()));
            this.instance.stop().set();
        }
        code
    }
}

pub(crate) unsafe extern "C" fn consume<T: Component>(
    handle: *mut c_void,
    batch: *const abi::Batch,
    output: *mut abi::Buffer,
    error: *mut abi::Buffer,
) -> i32 {
    // SAFETY: handle, batch and buffers are as the header says.
    unsafe {
        let this = handle_of::<T>(handle);
        let batch = &*batch;
        if batch.struct_size < abi::struct_size::<abi::Batch>() {
            return abi::ABI;
        }
        answered(error, Some(this.instance.clone()), until(batch.timeout_ns), || {
            if let Some(why) = this.broken.get() {
                return Err(Error::panic(why.clone()));
            }
            if !this.instance.takes(batch.signal) {
                return Err(Error::abi(format!(
                    "takes {}, not {}",
                    this.instance.signal(),
                    signal::name(batch.signal)
                )));
            }
            let _call = this.calls.enter().ok_or_else(|| Error::permanent("was shut down"))?;
            let component = this.running.get().ok_or_else(|| Error::permanent("was not started"))?;
            let consume = this.consume.ok_or_else(|| Error::abi("takes no data".to_owned()))?;
            consume(component, abi::bytes(batch.otlp, batch.otlp_size), Output::new(output).as_ref())
        })
    }
}

pub(crate) unsafe extern "C" fn shutdown<T: Component>(
    handle: *mut c_void,
    timeout_ns: u64,
    error: *mut abi::Buffer,
) -> i32 {
    // SAFETY: the handle and the buffer are as the header says.
    unsafe {
        let this = handle_of::<T>(handle);
        let deadline = until(timeout_ns);
        answered(error, Some(this.instance.clone()), deadline, || {
            this.instance.stop().set();
            this.calls.close();
            let drained = this.calls.empty(deadline);
            let ended = this.worker.ended(deadline);
            // Caught here, so that the gate is closed whatever happens.
            let down = match this.running.get() {
                Some(component) => caught(Some(this.instance.clone()), deadline, || component.shutdown()),
                None => Ok(()),
            };
            let quiet = this.instance.close_emitting(deadline);
            down?;
            if drained && ended && quiet {
                return Ok(abi::OK);
            }
            let busy = if !drained {
                "takes data"
            } else if !ended {
                "runs"
            } else {
                "emits"
            };
            let waited = config::Duration(Duration::from_nanos(timeout_ns));
            Err(Error::retryable(format!("still {busy} after {waited}; its data may be lost")))
        })
    }
}

pub(crate) unsafe extern "C" fn destroy<T: Component>(handle: *mut c_void) {
    // SAFETY: the last call with this handle; it came from Box::into_raw.
    let this = unsafe { Box::from_raw(handle.cast::<Handle<T>>()) };
    let instance = this.instance.clone();
    instance.stop().set();
    this.worker.join();
    let dropped = caught(Some(instance.clone()), None, || {
        drop(this);
        Ok(())
    });
    if let Err(failed) = dropped {
        instance.log(abi::LOG_ERROR, &failed.to_string(), "");
    }
    instance.bury();
    LIVE.fetch_sub(1, Ordering::AcqRel);
}
