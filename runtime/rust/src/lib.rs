//! Components of the OpenTelemetry Collector, in Rust, loaded as plugins.
//!
//! A plugin is a crate of type `cdylib`. A component is a type: it has a configuration, a life ([`Component`]), and for
//! each signal it takes or gives one trait ([`Process`], [`Export`], [`Receive`], [`Connect`]). [`export!`] makes a
//! plugin of it. A processor that only changes attributes is an [`Edit`]: one function for all signals, and faster, since the
//! rest of a batch is neither decoded nor encoded.
//!
//! ```
//! use otelcol_plugin::prelude::*;
//! use otelcol_plugin::proto::{common::v1::{AnyValue, KeyValue, any_value}, trace::v1::TracesData};
//!
//! /// Puts one attribute on every span.
//! #[derive(Serialize, Deserialize, JsonSchema)]
//! #[serde(default)]
//! struct Config {
//!     /// The attribute's key.
//!     key: String,
//!     /// The attribute's value.
//!     value: String,
//! }
//!
//! impl Default for Config {
//!     fn default() -> Self {
//!         Self { key: "team".into(), value: String::new() }
//!     }
//! }
//!
//! struct Tag(KeyValue);
//!
//! impl Component for Tag {
//!     type Config = Config;
//!     const TYPE: &'static str = "tag";
//!
//!     fn validate(config: &Config) -> Result<(), Error> {
//!         if config.key.is_empty() { Err(Error::config("key", "must not be empty")) } else { Ok(()) }
//!     }
//!
//!     fn create(config: Config, _: &Instance) -> Result<Self, Error> {
//!         let value = Some(AnyValue { value: Some(any_value::Value::StringValue(config.value)) });
//!         Ok(Self(KeyValue { key: config.key, value, ..Default::default() }))
//!     }
//! }
//!
//! impl Process<TracesData> for Tag {
//!     fn process(&self, data: &mut TracesData) -> Result<Outcome, Error> {
//!         for span in data.resource_spans.iter_mut().flat_map(|r| &mut r.scope_spans).flat_map(|s| &mut s.spans) {
//!             span.attributes.push(self.0.clone());
//!         }
//!         Ok(Outcome::Changed)
//!     }
//! }
//!
//! otelcol_plugin::export!(processor::<Tag>().traces(Stability::Alpha));
//! ```
//!
//! # The crate of a plugin
//!
//! ```toml
//! [lib]
//! crate-type = ["cdylib", "lib"] # lib: for tests and benches of its own
//!
//! [dependencies]
//! otelcol-plugin = "0.1"
//! serde = { version = "1", features = ["derive"] }
//! schemars = "1"
//!
//! [profile.release]
//! panic = "unwind" # anything else is refused when it is compiled
//! lto = "thin"
//! codegen-units = 1
//! strip = "symbols"
//! ```
//!
//! `ocx build` compiles it, with `cargo: {path: ...}` in the `plugins:` of the distribution's file.
//!
//! # What happens when
//!
//! - **Configuration.** The Collector gives JSON: the defaults with the user's fields over them. A field of a wrong type,
//!   or one that is not there, is refused with its path; so is what [`Component::validate`] finds.
//! - **Threads.** Calls come from threads of the Collector, many at once: `&self`, `Sync`. A receiver has a thread of its
//!   own. [`Instance::spawn`] makes more.
//! - **Errors** are [retryable](Error::retryable) or [permanent](Error::permanent); the Collector asks for nothing else.
//! - **Back-pressure.** A call that takes data returns when the data is done with. [`Emitter::emit`] returns when the
//!   pipeline has taken it.
//! - **Panics** never leave the plugin: the call fails with the message and place, the instance goes on. State behind a
//!   `Mutex` that was locked then is poisoned, so that later calls fail as well and say so. One in `start` ends the
//!   instance. One in a thread that no call waits for is told in the Collector's log.
//! - **Shutdown.** [`Instance::stop`] is set; calls that run are waited for, and the thread of a receiver; then
//!   [`Component::shutdown`] sends what is left; after that nothing is emitted. What doesn't end by the
//!   [`deadline`] is an error that says so.
//! - **Logs.** Records of the `log` facade go into the Collector's log, as the instance's whose call it is. Don't print.
//!
//! # Features
//!
//! - `tokio`: async components ([`Async`]) on a runtime of the plugin's own.
//! - `tracing`: events of the `tracing` facade go into the Collector's log too.
//! - `mimalloc`: the plugin allocates by mimalloc. A decoded batch is many small pieces of memory: what [`Process`] does in the
//!   plugin takes about half of the time then. It takes a C compiler to build, and memory of its own.
//!
//! # The manifest
//!
//! [`export!`] puts the manifest into the library, as an ELF note and as the symbol `collector_plugin_manifest`. Two
//! environment variables, read when the plugin's own crate is compiled, are the contract with a builder. Both are tracked:
//! Cargo compiles that one crate again when one of them changes. (It doesn't look into the files: name other contents
//! otherwise, or touch the file.)
//!
//! - `OTELCOL_MANIFEST`: absolute path of the manifest (`spec/manifest.schema.json`). Without it, a plain `cargo build`
//!   makes one itself: language, rustc, target, profile, RUSTFLAGS, ABI version, and of Cargo.lock the checksums and
//!   versions of everything that the plugin's crate depends on. That is more than what is linked in: Cargo.lock doesn't
//!   tell dependencies for tests and other targets apart. Crates by path have no checksum there, and so no hash.
//!   `build_time` is `SOURCE_DATE_EPOCH`, or the time the crate was compiled.
//! - `OTELCOL_DESCRIPTORS`: absolute path of the document of `spec/components.schema.json`, put into the note as type 2.
//!   Without it there is no such note; the Collector then knows the components only once it has opened the plugin. They
//!   have defaults and schemas that exist at run time only, so a builder builds without it first, calls
//!   `register_collector_plugin` with a table whose `register_component` keeps the `descriptor`s (in a child process: it
//!   runs the plugin's code), and builds again. The second build compiles and links one crate.

// The Collector goes on after a panic because it is caught at the boundary. That takes unwinding.
#[cfg(panic = "abort")]
compile_error!("a Collector plugin is built with panic = \"unwind\": with \"abort\" a panic would end the Collector");

/// Of the plugin alone: the library is linked on its own, and its symbols are not the host's.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod config;

mod abi;
#[cfg(feature = "tokio")]
mod asynchronous;
mod boundary;
mod component;
mod descriptor;
mod edit;
mod entry;
mod error;
mod gate;
mod handle;
mod host;
mod instance;
mod logging;
mod note;
mod output;
mod registration;
mod signal;
mod stop;
#[cfg(feature = "tracing")]
mod tracing;
mod worker;

#[cfg(feature = "tokio")]
pub use asynchronous::{Async, AsyncComponent, AsyncConnect, AsyncExport, AsyncProcess, AsyncReceive};
pub use boundary::deadline;
pub use component::{Component, Connect, Export, Outcome, Process, Receive};
pub use edit::{Attributes, Edit, Nested, Place, Value, edited};
pub use error::{Classify, Error};
pub use instance::{Emitter, Instance, Status};
pub use registration::{Registration, Stability, connector, editor, exporter, extension, kind, processor, receiver};
pub use signal::Signal;
pub use stop::Stop;

/// Holds the README to the crate: its example is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use prost;
pub use schemars;
pub use serde;

/// Typed OTLP: the modules of opentelemetry-proto.
pub mod proto {
    pub use opentelemetry_proto::tonic::{common, logs, metrics, resource, trace};
}

/// What a plugin usually needs.
pub mod prelude {
    #[cfg(feature = "tokio")]
    pub use crate::{Async, AsyncComponent, AsyncConnect, AsyncExport, AsyncProcess, AsyncReceive};
    pub use crate::{
        Attributes, Classify, Component, Connect, Edit, Emitter, Error, Export, Instance, Outcome, Place, Process,
        Receive, Signal, Stability, Stop, Value, connector, editor, exporter, extension, processor, receiver,
    };
    pub use schemars::JsonSchema;
    pub use serde::{Deserialize, Serialize};
}

/// Makes a plugin of components: exports `register_collector_plugin`, and carries the manifest.
///
/// Once in a crate, with all that it has:
///
/// ```
/// # use otelcol_plugin::prelude::*;
/// # #[derive(Default, Serialize, Deserialize, JsonSchema)]
/// # struct Config {}
/// # struct Clock;
/// # impl Component for Clock {
/// #     type Config = Config;
/// #     const TYPE: &'static str = "clock";
/// #     fn create(_: Config, _: &Instance) -> Result<Self, Error> { Ok(Self) }
/// # }
/// otelcol_plugin::export!(
///     extension::<Clock>(Stability::Development),
/// );
/// ```
#[macro_export]
macro_rules! export {
    ($($component:expr),+ $(,)?) => {
        /// Called once by the Collector.
        ///
        /// # Safety
        /// `host` is a table as `otelcol_plugin.h` has it.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn register_collector_plugin(host: *const $crate::__private::HostApi) -> i32 {
            let package = $crate::__private::Package {
                name: ::core::env!("CARGO_PKG_NAME"),
                version: ::core::env!("CARGO_PKG_VERSION"),
            };
            unsafe {
                $crate::__private::register(host, package, |registry| {
                    $(registry.add($component)?;)+
                    Ok(())
                })
            }
        }

        #[used]
        #[cfg_attr(target_os = "linux", unsafe(link_section = ".fini_array"))]
        static OTELCOL_PLUGIN_UNLOAD: extern "C" fn() = $crate::__private::unload;

        $crate::__private::embed!($crate);
    };
}

/// For what `export!` expands to; not for others.
#[doc(hidden)]
pub mod __private {
    pub use crate::abi::HostApi;
    pub use crate::entry::{register, unload};
    pub use crate::note::{Note, joined, padded, total};
    pub use crate::registration::Package;
    pub use otelcol_plugin_macros::embed;

    /// What this was built with, as JSON.
    pub mod built {
        pub const RUSTC: &str = env!("OTELCOL_BUILT_RUSTC");
        pub const TARGET: &str = env!("OTELCOL_BUILT_TARGET");
        pub const PROFILE: &str = env!("OTELCOL_BUILT_PROFILE");
        pub const FLAGS: &str = env!("OTELCOL_BUILT_FLAGS");
    }
}
