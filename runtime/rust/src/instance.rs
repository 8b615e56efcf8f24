//! An instance of a component, as the host sees it.

use crate::error::Error;
use crate::gate::Gate;
use crate::host::Host;
use crate::signal::{self, Signal};
use crate::stop::Stop;
use crate::{abi, boundary};
use std::ffi::c_char;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How much of the host's sentence about a refused batch is kept.
const REASON_SIZE: usize = 1024;

/// How an instance is, for the Collector's health (`componentstatus`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Well again.
    Ok,
    /// Doesn't work now, may again.
    Recoverable,
    /// Won't work again until restarted; the Collector runs on without it.
    Permanent,
    /// As permanent, and the Collector shuts down.
    Fatal,
}

/// One use of a component in a configuration: an id and a signal. Clones are the same instance.
///
/// It may be kept and used on any thread, even after the instance was shut down: then nothing is sent any more.
#[derive(Clone)]
pub struct Instance(Arc<Inner>);

/// Takes what a detached instance emits: signal and OTLP.
type Sink = Box<dyn Fn(u32, &[u8]) -> Result<(), Error> + Send + Sync>;

struct Inner {
    sink: Option<Sink>,
    id: String,
    signal: u32,
    output_signal: u32,
    log_level: u32,
    host: Option<Host>,
    token: *mut abi::Instance,
    /// Open until destroy: who is inside may use the token.
    alive: Gate,
    /// Open until shutdown returns: who is inside emits.
    emitting: Gate,
    stop: Stop,
}

// SAFETY: the token is opaque; the header allows its use on any thread while `alive` is open.
unsafe impl Send for Inner {}
// SAFETY: as above.
unsafe impl Sync for Inner {}

impl Instance {
    /// # Safety
    /// `settings` is valid for the call, its instance until the instance is destroyed.
    pub(crate) unsafe fn new(settings: &abi::Settings) -> Self {
        // SAFETY: the caller's promise.
        let id = unsafe { abi::bytes(settings.id.cast(), settings.id_size) };
        Self(Arc::new(Inner {
            sink: None,
            id: String::from_utf8_lossy(id).into_owned(),
            signal: settings.signal,
            output_signal: settings.output_signal,
            log_level: settings.log_level,
            host: Host::kept(),
            token: settings.instance,
            alive: Gate::default(),
            emitting: Gate::default(),
            stop: Stop::default(),
        }))
    }

    /// One without a Collector, to test components with: it logs nowhere, and emits nothing.
    pub fn detached(id: &str) -> Self {
        Self::without_host(id, None)
    }

    /// As [`detached`](Self::detached), but what it emits goes to `take`, which is the pipeline: it may block, and refuse.
    ///
    /// ```
    /// use otelcol_plugin::{Instance, proto::logs::v1::LogsData};
    ///
    /// let (sent, received) = std::sync::mpsc::channel();
    /// let instance = Instance::emitting("tail", move |logs: LogsData| Ok(sent.send(logs).unwrap()));
    /// instance.emitter::<LogsData>().emit(&LogsData::default()).unwrap();
    /// assert_eq!(received.recv(), Ok(LogsData::default()));
    /// ```
    pub fn emitting<S: Signal>(id: &str, take: impl Fn(S) -> Result<(), Error> + Send + Sync + 'static) -> Self {
        let sink = move |signal, otlp: &[u8]| {
            if signal != S::CODE {
                return Err(Error::abi(format!("{} are not emitted here", signal::name(signal))));
            }
            take(S::decode(otlp).map_err(Error::permanent)?)
        };
        Self::without_host(id, Some(Box::new(sink)))
    }

    fn without_host(id: &str, sink: Option<Sink>) -> Self {
        Self(Arc::new(Inner {
            sink,
            id: id.to_owned(),
            signal: 0,
            output_signal: 0,
            log_level: abi::LOG_DEBUG,
            host: None,
            token: std::ptr::null_mut(),
            alive: Gate::default(),
            emitting: Gate::default(),
            stop: Stop::default(),
        }))
    }

    /// As in the configuration: `redact` or `redact/strict`.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// `traces`, `metrics`, `logs`; `none` for an extension.
    pub fn signal(&self) -> &'static str {
        signal::name(self.0.signal)
    }

    /// What a connector gives: `traces`, `metrics`, `logs`; `none` for others.
    pub fn output_signal(&self) -> &'static str {
        signal::name(self.0.output_signal)
    }

    /// Name and version of the Collector, such as `otelcol/0.165.0`.
    pub fn collector(&self) -> String {
        self.0.host.map(Host::collector).unwrap_or_default()
    }

    /// Set when the Collector shuts this instance down.
    pub fn stop(&self) -> &Stop {
        &self.0.stop
    }

    /// Sends batches of `S` on. For receivers, and for processors and connectors that keep data for later.
    pub fn emitter<S: Signal>(&self) -> Emitter<S> {
        Emitter { instance: self.clone(), signal: PhantomData }
    }

    /// Says how this instance is: for what happens outside of a call, such as a lost connection.
    pub fn report(&self, status: Status, why: &str) {
        let (Some(host), Some(_alive)) = (self.0.host, self.0.alive.enter()) else { return };
        let status = match status {
            Status::Ok => abi::STATUS_OK,
            Status::Recoverable => abi::STATUS_RECOVERABLE,
            Status::Permanent => abi::STATUS_PERMANENT,
            Status::Fatal => abi::STATUS_FATAL,
        };
        // SAFETY: the gate keeps the token valid; the text lives during the call.
        unsafe { (host.api().report_status)(self.0.token, status, why.as_ptr().cast::<c_char>(), why.len()) };
    }

    /// A thread that works for this instance: its log entries are this instance's, its panic is told in the log and in
    /// the instance's status. Join it in shutdown.
    pub fn spawn(
        &self,
        name: &str,
        work: impl FnOnce() + Send + 'static,
    ) -> std::io::Result<std::thread::JoinHandle<()>> {
        let instance = self.clone();
        std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            if let Err(failed) = instance.run(|| {
                work();
                Ok(())
            }) {
                instance.log(abi::LOG_ERROR, &failed.to_string(), "");
                instance.report(Status::Permanent, &failed.to_string());
            }
        })
    }

    /// Runs `work` as this instance's; a panic is an error.
    pub(crate) fn run<T>(&self, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        boundary::caught(Some(self.clone()), None, work)
    }

    pub(crate) fn log(&self, level: u32, message: &str, fields: &str) {
        let Some(host) = self.0.host else { return };
        match self.0.alive.enter() {
            Some(_alive) => host.log(self.0.token, level, message, fields),
            None => host.log(std::ptr::null_mut(), level, message, fields),
        }
    }

    /// Whether batches of this signal come in.
    pub(crate) fn takes(&self, signal: u32) -> bool {
        self.0.signal == signal
    }

    pub(crate) fn log_level(&self) -> u32 {
        self.0.log_level
    }

    /// No emit begins after this; whether all have ended by the deadline.
    pub(crate) fn close_emitting(&self, deadline: Option<Instant>) -> bool {
        self.0.emitting.close();
        self.0.emitting.empty(deadline)
    }

    /// After this the token is not used any more.
    pub(crate) fn bury(&self) {
        self.close_emitting(None);
        self.0.alive.close();
        self.0.alive.empty(None);
    }

    fn emit(&self, signal: u32, otlp: &[u8], within: Option<Duration>) -> Result<(), Error> {
        let Some(host) = self.0.host else {
            if let Some(sink) = &self.0.sink {
                return sink(signal, otlp);
            }
            return Err(Error::permanent("there is no Collector to emit to"));
        };
        let Some(_emitting) = self.0.emitting.enter() else {
            return Err(Error::permanent(format!("{} was shut down", self.0.id)));
        };
        let timeout_ns = within.map_or(0, |time| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX).max(1));
        let batch = abi::Batch {
            struct_size: abi::struct_size::<abi::Batch>(),
            signal,
            otlp: otlp.as_ptr(),
            otlp_size: otlp.len(),
            timeout_ns,
        };
        let mut reason = [0u8; REASON_SIZE];
        // SAFETY: the gate keeps the token valid; the batch and the reason live during the call.
        let code = unsafe {
            (host.api().emit)(self.0.token, &raw const batch, reason.as_mut_ptr().cast::<c_char>(), REASON_SIZE)
        };
        if code == abi::OK {
            return Ok(());
        }
        let end = reason.iter().position(|byte| *byte == 0).unwrap_or(REASON_SIZE);
        Err(Error::from_host(code, String::from_utf8_lossy(&reason[..end]).into_owned()))
    }
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instance").field("id", &self.id()).field("signal", &self.signal()).finish()
    }
}

/// Sends batches into the pipeline behind an instance. Clones send to the same place.
pub struct Emitter<S> {
    instance: Instance,
    signal: PhantomData<fn(S)>,
}

impl<S: Signal> Emitter<S> {
    /// Waits until the pipeline has taken the batch: that is the back-pressure. A retryable error means that it was not
    /// taken and may be sent again, a permanent one that it never will be.
    ///
    /// It blocks: in async code use `send` (feature `tokio`).
    pub fn emit(&self, data: &S) -> Result<(), Error> {
        self.instance.emit(S::CODE, &data.encode_to_vec(), None)
    }

    /// As [`emit`](Self::emit), but gives up after `time` with a retryable error.
    pub fn emit_within(&self, data: &S, time: Duration) -> Result<(), Error> {
        self.instance.emit(S::CODE, &data.encode_to_vec(), Some(time))
    }

    /// As [`emit`](Self::emit), without blocking the runtime.
    #[cfg(feature = "tokio")]
    pub async fn send(&self, data: S) -> Result<(), Error> {
        let instance = self.instance.clone();
        let sent = tokio::task::spawn_blocking(move || {
            let bytes = data.encode_to_vec();
            drop(data);
            instance.emit(S::CODE, &bytes, None)
        });
        sent.await.unwrap_or_else(|died| Err(Error::retryable(died)))
    }
}

impl<S> Clone for Emitter<S> {
    fn clone(&self) -> Self {
        Self { instance: self.instance.clone(), signal: PhantomData }
    }
}

impl<S> fmt::Debug for Emitter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Emitter").field(&self.instance).finish()
    }
}
