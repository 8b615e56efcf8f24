//! Async components, on one tokio runtime of the plugin's own.

use crate::boundary;
use crate::component::{Component, Connect, Export, Outcome, Process, Receive};
use crate::config::Config;
use crate::error::{Classify, Error};
use crate::instance::{Emitter, Instance};
use crate::signal::Signal;
use crate::stop::Stop;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::runtime::Runtime;

/// Threads of the runtime: they drive sockets and timers, the work itself runs on the threads of the Collector.
const WORKERS: usize = 2;

/// As [`Component`], with async `start` and `shutdown`. Wrap it in [`Async`] where it is registered.
///
/// All of its async functions run inside the plugin's runtime: `tokio::spawn`, timers and sockets work. What is spawned
/// ends, at the latest, when the last async instance of the plugin is destroyed.
pub trait AsyncComponent: Sized + Send + Sync + 'static {
    /// As [`Component::Config`].
    type Config: Config;

    /// As [`Component::TYPE`].
    const TYPE: &'static str;

    /// As [`Component::DOCS`].
    const DOCS: &'static str = "";

    /// As [`Component::validate`].
    fn validate(config: &Self::Config) -> Result<(), Error> {
        let _ = config;
        Ok(())
    }

    /// As [`Component::create`].
    fn create(config: Self::Config, instance: &Instance) -> Result<Self, Error>;

    /// As [`Component::start`].
    fn start(&mut self) -> impl Future<Output = Result<(), Error>> {
        async { Ok(()) }
    }

    /// As [`Component::shutdown`]. Cut off at the deadline.
    fn shutdown(&self) -> impl Future<Output = Result<(), Error>> {
        async { Ok(()) }
    }
}

/// As [`Process`].
pub trait AsyncProcess<S: Signal>: AsyncComponent {
    /// As [`Process::process`]. Cut off, as retryable, when the caller waits no longer.
    fn process(&self, data: &mut S) -> impl Future<Output = Result<Outcome, Error>>;
}

/// As [`Export`].
pub trait AsyncExport<S: Signal>: AsyncComponent {
    /// As [`Export::export`]. Cut off, as retryable, when the caller waits no longer.
    fn export(&self, data: S) -> impl Future<Output = Result<(), Error>>;
}

/// As [`Receive`].
pub trait AsyncReceive<S: Signal>: AsyncComponent {
    /// As [`Receive::run`]: use [`Emitter::send`] and [`Stop::stopped`].
    fn run(&self, emitter: Emitter<S>, stop: Stop) -> impl Future<Output = Result<(), Error>>;
}

/// As [`Connect`].
pub trait AsyncConnect<I: Signal, O: Signal>: AsyncComponent {
    /// As [`Connect::connect`]. Cut off, as retryable, when the caller waits no longer.
    fn connect(&self, data: I) -> impl Future<Output = Result<Option<O>, Error>>;
}

/// Makes a [`Component`] of an [`AsyncComponent`]: `exporter::<Async<MyExporter>>()`.
#[derive(Debug)]
pub struct Async<T> {
    // Dropped before the runtime is.
    inner: T,
    runtime: Arc<Runtime>,
}

static RUNTIME: Mutex<Weak<Runtime>> = Mutex::new(Weak::new());

/// The runtime of this plugin: made with the first async instance, gone with the last.
fn runtime() -> Result<Arc<Runtime>, Error> {
    let mut kept = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(runtime) = kept.upgrade() {
        return Ok(runtime);
    }
    let made = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .thread_name("plugin-async")
        .enable_all()
        .build()
        .permanent()?;
    let made = Arc::new(made);
    *kept = Arc::downgrade(&made);
    Ok(made)
}

/// Gives back the memory of the last runtime, which a `Weak` holds.
pub(crate) fn forget() {
    *RUNTIME.lock().unwrap_or_else(PoisonError::into_inner) = Weak::new();
}

impl<T> Async<T> {
    /// Runs to its end on this thread, or until the caller waits no longer.
    fn block<O>(&self, work: impl Future<Output = Result<O, Error>>) -> Result<O, Error> {
        block(&self.runtime, work)
    }
}

fn block<O>(runtime: &Runtime, work: impl Future<Output = Result<O, Error>>) -> Result<O, Error> {
    let Some(deadline) = boundary::deadline() else { return runtime.block_on(work) };
    runtime.block_on(async {
        let timed = tokio::time::timeout_at(deadline.into(), work);
        timed.await.unwrap_or_else(|_| Err(Error::retryable("not done in the time the Collector gave")))
    })
}

impl<T: AsyncComponent> Component for Async<T> {
    type Config = T::Config;
    const TYPE: &'static str = T::TYPE;
    const DOCS: &'static str = T::DOCS;

    fn validate(config: &Self::Config) -> Result<(), Error> {
        T::validate(config)
    }

    fn create(config: Self::Config, instance: &Instance) -> Result<Self, Error> {
        let runtime = runtime()?;
        let inner = {
            let _inside = runtime.enter();
            T::create(config, instance)?
        };
        Ok(Self { inner, runtime })
    }

    fn start(&mut self) -> Result<(), Error> {
        block(&self.runtime, self.inner.start())
    }

    fn shutdown(&self) -> Result<(), Error> {
        self.block(self.inner.shutdown())
    }
}

impl<S: Signal, T: AsyncProcess<S>> Process<S> for Async<T> {
    fn process(&self, data: &mut S) -> Result<Outcome, Error> {
        self.block(self.inner.process(data))
    }
}

impl<S: Signal, T: AsyncExport<S>> Export<S> for Async<T> {
    fn export(&self, data: S) -> Result<(), Error> {
        self.block(self.inner.export(data))
    }
}

impl<S: Signal, T: AsyncReceive<S>> Receive<S> for Async<T> {
    fn run(&self, emitter: &Emitter<S>, stop: &Stop) -> Result<(), Error> {
        self.block(self.inner.run(emitter.clone(), stop.clone()))
    }
}

impl<I: Signal, O: Signal, T: AsyncConnect<I, O>> Connect<I, O> for Async<T> {
    fn connect(&self, data: I) -> Result<Option<O>, Error> {
        self.block(self.inner.connect(data))
    }
}
