//! The traits of components.

use crate::config::Config;
use crate::error::Error;
use crate::instance::{Emitter, Instance};
use crate::signal::Signal;
use crate::stop::Stop;

/// What every component is: a type, a configuration, and a life from create to drop.
///
/// For each use in a configuration, and for each signal of it, one value is made:
/// [`create`](Self::create), [`start`](Self::start), calls that take or give data, [`shutdown`](Self::shutdown), drop.
/// A panic in any of them is an error of that call, told in the Collector's log; a component whose `start` panicked is
/// not used any more.
pub trait Component: Sized + Send + Sync + 'static {
    /// The configuration. Its doc comment is the component's documentation.
    type Config: Config;

    /// As in the Collector's configuration: a letter, then letters, digits and `_`.
    const TYPE: &'static str;

    /// The component's page, as Markdown: `include_str!("../README.md")`. Empty: the doc comment of the configuration.
    const DOCS: &'static str = "";

    /// What serde can't know of the configuration: whether a pattern compiles, whether two fields go together. It only
    /// looks: nothing is opened or connected. Make errors with [`Error::config`] or [`Faults`](crate::config::Faults).
    fn validate(config: &Self::Config) -> Result<(), Error> {
        let _ = config;
        Ok(())
    }

    /// Makes an instance, not yet running. `config` was validated.
    fn create(config: Self::Config, instance: &Instance) -> Result<Self, Error>;

    /// Begins to run: opens files, connects. What is behind it in the pipeline runs already. With an error the Collector
    /// doesn't start.
    fn start(&mut self) -> Result<(), Error> {
        Ok(())
    }

    /// Sends what is still held, closes what is open. No call that takes data is running any more, and a receiver's
    /// [`run`](Receive::run) has returned, unless they did not end in the time the Collector gives
    /// ([`deadline`](crate::deadline)).
    fn shutdown(&self) -> Result<(), Error> {
        Ok(())
    }
}

/// What becomes of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The batch goes on as it is now.
    Changed,
    /// The batch goes on as it came; nothing is encoded, and the Collector needs to decode nothing.
    Unchanged,
    /// Nothing goes on: the batch was dropped, or is kept to be emitted later ([`Instance::emitter`]).
    Taken,
}

/// A processor of signal `S`.
pub trait Process<S: Signal>: Component {
    /// Changes a batch. Called from many threads at once.
    fn process(&self, data: &mut S) -> Result<Outcome, Error>;
}

/// An exporter of signal `S`.
pub trait Export<S: Signal>: Component {
    /// Delivers a batch; returns when it is delivered, or stored where it is not lost. Called from many threads at once.
    fn export(&self, data: S) -> Result<(), Error>;
}

/// A receiver of signal `S`.
pub trait Receive<S: Signal>: Component {
    /// Takes data from outside and emits it, on a thread of its own, until `stop` is set. [`Emitter::emit`] blocks while
    /// the pipeline is busy. After `stop` is set it emits what it still has, and returns. An error or a panic before that
    /// is told in the log, and as the component's status.
    fn run(&self, emitter: &Emitter<S>, stop: &Stop) -> Result<(), Error>;
}

/// A connector from signal `I` to signal `O`.
pub trait Connect<I: Signal, O: Signal>: Component {
    /// Makes a batch of `O` of one of `I`; None: nothing goes on now. Called from many threads at once.
    fn connect(&self, data: I) -> Result<Option<O>, Error>;
}
