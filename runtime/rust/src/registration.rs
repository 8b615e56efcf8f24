//! Which components a plugin has, and for which signals.

use crate::component::{Component, Connect, Export, Outcome, Process, Receive};
use crate::edit::{self, Edit};
use crate::error::Error;
use crate::handle::{self, Table};
use crate::output::Output;
use crate::proto::{logs::v1::LogsData, metrics::v1::MetricsData, trace::v1::TracesData};
use crate::signal::Signal;
use crate::{abi, descriptor};
use std::any::Any;
use std::ffi::c_char;
use std::marker::PhantomData;

/// How settled a component is for a signal, in the Collector's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stability {
    /// Not to be used yet.
    Development,
    /// May change in any way.
    Alpha,
    /// The configuration changes rarely.
    Beta,
    /// Relied on.
    Stable,
    /// Will be removed.
    Deprecated,
}

impl Stability {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Alpha => "alpha",
            Self::Beta => "beta",
            Self::Stable => "stable",
            Self::Deprecated => "deprecated",
        }
    }
}

/// The kinds of components.
pub mod kind {
    /// A receiver.
    #[derive(Debug)]
    pub enum Receiver {}
    /// A processor.
    #[derive(Debug)]
    pub enum Processor {}
    /// A processor of attributes.
    #[derive(Debug)]
    pub enum Editor {}
    /// An exporter.
    #[derive(Debug)]
    pub enum Exporter {}
    /// A connector.
    #[derive(Debug)]
    pub enum Connector {}
    /// An extension.
    #[derive(Debug)]
    pub enum Extension {}
}

/// A component and its signals: an argument of [`export!`](crate::export!).
#[must_use = "give it to export!"]
pub struct Registration<T, K> {
    kind: (u32, &'static str),
    table: Table<T>,
    signals: u32,
    connections: u64,
    stability: Vec<(String, Stability)>,
    is: PhantomData<fn(K)>,
}

fn new<T: Component, K>(code: u32, name: &'static str) -> Registration<T, K> {
    Registration {
        kind: (code, name),
        table: Table { consume: Vec::new(), run: Vec::new() },
        signals: 0,
        connections: 0,
        stability: Vec::new(),
        is: PhantomData,
    }
}

/// A receiver, for the signals that follow: `receiver::<Tail>().logs(Stability::Beta)`.
pub fn receiver<T: Component>() -> Registration<T, kind::Receiver> {
    new(abi::KIND_RECEIVER, "receiver")
}

/// A processor, for the signals that follow.
pub fn processor<T: Component>() -> Registration<T, kind::Processor> {
    new(abi::KIND_PROCESSOR, "processor")
}

/// A processor of attributes alone, for the signals that follow.
pub fn editor<T: Edit>() -> Registration<T, kind::Editor> {
    new(abi::KIND_PROCESSOR, "processor")
}

/// An exporter, for the signals that follow.
pub fn exporter<T: Component>() -> Registration<T, kind::Exporter> {
    new(abi::KIND_EXPORTER, "exporter")
}

/// A connector, for the signals that follow: `connector::<Count>().connect::<TracesData, MetricsData>(Stability::Alpha)`.
pub fn connector<T: Component>() -> Registration<T, kind::Connector> {
    new(abi::KIND_CONNECTOR, "connector")
}

/// An extension.
pub fn extension<T: Component>(stability: Stability) -> Registration<T, kind::Extension> {
    let mut made = new(abi::KIND_EXTENSION, "extension");
    made.stability.push(("extension".to_owned(), stability));
    made
}

fn decode<S: Signal>(bytes: &[u8]) -> Result<S, Error> {
    S::decode(bytes).map_err(|wrong| no_otlp::<S>(Error::permanent(wrong)))
}

fn no_otlp<S: Signal>(wrong: Error) -> Error {
    wrong.context(format!("these {} are no OTLP", S::NAME))
}

fn no_output() -> Error {
    Error::abi("there is no buffer for the output".to_owned())
}

impl<T, K> Registration<T, K> {
    fn with<S: Signal>(mut self, stability: Stability) -> Self {
        self.signals |= 1 << S::CODE;
        self.stability.push((S::NAME.to_owned(), stability));
        self
    }
}

macro_rules! by_name {
    ($($kind:ident: $does:ident),+) => {$(
        impl<T: Component> Registration<T, kind::$kind> {
            /// It has traces.
            pub fn traces(self, stability: Stability) -> Self where T: $does<TracesData> {
                self.signal::<TracesData>(stability)
            }

            /// It has metrics.
            pub fn metrics(self, stability: Stability) -> Self where T: $does<MetricsData> {
                self.signal::<MetricsData>(stability)
            }

            /// It has logs.
            pub fn logs(self, stability: Stability) -> Self where T: $does<LogsData> {
                self.signal::<LogsData>(stability)
            }
        }
    )+};
}

by_name!(Receiver: Receive, Processor: Process, Exporter: Export);

impl<T: Component> Registration<T, kind::Receiver> {
    /// It has signal `S`.
    pub fn signal<S: Signal>(mut self, stability: Stability) -> Self
    where
        T: Receive<S>,
    {
        self.table.run.push((S::CODE, |component, instance| component.run(&instance.emitter::<S>(), instance.stop())));
        self.with::<S>(stability)
    }
}

impl<T: Component> Registration<T, kind::Processor> {
    /// It has signal `S`.
    pub fn signal<S: Signal>(mut self, stability: Stability) -> Self
    where
        T: Process<S>,
    {
        self.table.consume.push((S::CODE, 0, |component, bytes, output| {
            let output: &Output = output.ok_or_else(no_output)?;
            let mut data = decode::<S>(bytes)?;
            match component.process(&mut data)? {
                Outcome::Changed => output.encode(&data).map(|()| abi::OK),
                Outcome::Unchanged => Ok(abi::UNCHANGED),
                Outcome::Taken => Ok(abi::OK),
            }
        }));
        self.with::<S>(stability)
    }
}

impl<T: Edit> Registration<T, kind::Editor> {
    /// It has traces.
    pub fn traces(self, stability: Stability) -> Self {
        self.signal::<TracesData>(stability)
    }

    /// It has metrics.
    pub fn metrics(self, stability: Stability) -> Self {
        self.signal::<MetricsData>(stability)
    }

    /// It has logs.
    pub fn logs(self, stability: Stability) -> Self {
        self.signal::<LogsData>(stability)
    }

    /// It has signal `S`.
    pub fn signal<S: Signal>(mut self, stability: Stability) -> Self {
        self.table.consume.push((S::CODE, 0, |component, bytes, output| {
            let output: &Output = output.ok_or_else(no_output)?;
            match edit::encoded(component, S::CODE, bytes)? {
                Some(changed) => output.append(&changed).map(|()| abi::OK),
                None => Ok(abi::UNCHANGED),
            }
        }));
        self.with::<S>(stability)
    }
}

impl<T: Component> Registration<T, kind::Exporter> {
    /// It has signal `S`.
    pub fn signal<S: Signal>(mut self, stability: Stability) -> Self
    where
        T: Export<S>,
    {
        self.table.consume.push((S::CODE, 0, |component, bytes, _| {
            component.export(decode::<S>(bytes)?)?;
            Ok(abi::OK)
        }));
        self.with::<S>(stability)
    }
}

impl<T: Component> Registration<T, kind::Connector> {
    /// It connects signal `I` to signal `O`.
    pub fn connect<I: Signal, O: Signal>(mut self, stability: Stability) -> Self
    where
        T: Connect<I, O>,
    {
        self.table.consume.push((I::CODE, O::CODE, |component, bytes, output| {
            let output: &Output = output.ok_or_else(no_output)?;
            if let Some(data) = component.connect(decode::<I>(bytes)?)? {
                output.encode(&data)?;
            }
            Ok(abi::OK)
        }));
        self.connections |= 1 << (I::CODE * 8 + O::CODE);
        self.stability.push((format!("{}-to-{}", I::NAME, O::NAME), stability));
        self
    }
}

/// The crate a plugin is.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Package {
    pub name: &'static str,
    pub version: &'static str,
}

/// What can be registered.
#[doc(hidden)]
pub trait Register {
    /// Registers with the host; gives what must live as long as the library. The error is the code for the host.
    ///
    /// # Safety
    /// `host` is the table of the running call of `register_collector_plugin`.
    unsafe fn register(self, host: &abi::HostApi, package: Package) -> Result<Box<dyn Any + Send>, i32>;
}

impl<T: Component, K: 'static> Register for Registration<T, K> {
    unsafe fn register(self, host: &abi::HostApi, package: Package) -> Result<Box<dyn Any + Send>, i32> {
        let descriptor = descriptor::json::<T>(self.kind.1, package, &self.stability);
        let consumes = !self.table.consume.is_empty();
        let table = Box::new(self.table);
        let component = abi::Component {
            struct_size: abi::struct_size::<abi::Component>(),
            kind: self.kind.0,
            r#type: T::TYPE.as_ptr().cast::<c_char>(),
            type_size: T::TYPE.len(),
            signals: self.signals,
            reserved: 0,
            connections: self.connections,
            descriptor: descriptor.as_ptr().cast::<c_char>(),
            descriptor_size: descriptor.len(),
            context: std::ptr::from_ref(&*table).cast_mut().cast(),
            validate: Some(handle::validate::<T>),
            create: Some(handle::create::<T>),
            start: Some(handle::start::<T>),
            consume: consumes.then_some(handle::consume::<T> as abi::Consume),
            shutdown: Some(handle::shutdown::<T>),
            destroy: Some(handle::destroy::<T>),
        };
        // SAFETY: the component and its texts live during the call, the table as long as the caller keeps it.
        match unsafe { (host.register_component)(host, &raw const component) } {
            abi::OK => Ok(table),
            code => Err(code),
        }
    }
}
