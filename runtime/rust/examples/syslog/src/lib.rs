//! `rust_syslog`, a receiver of syslog over TCP and UDP. Its page is README.md.

mod batches;
mod config;
mod frames;
mod message;
mod record;
mod server;
mod timestamp;

pub use config::{Config, Protocol};
pub use frames::{Frame, Frames};
pub use message::{Message, parse};
pub use record::record;

use otelcol_plugin::config::Faults;
use otelcol_plugin::prelude::*;
use otelcol_plugin::proto::logs::v1::LogsData;
use server::Socket;
use tokio::sync::mpsc;

/// The receiver.
#[derive(Debug)]
pub struct Syslog {
    config: Config,
    /// From start on.
    socket: Option<Socket>,
}

impl AsyncComponent for Syslog {
    type Config = Config;
    // The Collector's own is `syslog`; a type is there once.
    const TYPE: &'static str = "rust_syslog";
    const DOCS: &'static str = include_str!("../README.md");

    fn validate(config: &Config) -> Result<(), Error> {
        let mut faults = Faults::default();
        if let Err(wrong) = config.listen.parse::<std::net::SocketAddr>() {
            faults.add("listen", format!("{:?} is no address and port: {wrong}", config.listen));
        }
        for (field, value) in [
            ("max_message_bytes", config.max_message_bytes),
            ("max_connections", config.max_connections),
            ("batch_records", config.batch_records),
        ] {
            if value == 0 {
                faults.add(field, "must be above 0");
            }
        }
        faults.finish()
    }

    fn create(config: Config, _: &Instance) -> Result<Self, Error> {
        Ok(Self { config, socket: None })
    }

    async fn start(&mut self) -> Result<(), Error> {
        let socket = Socket::bind(&self.config).await?;
        log::info!("listens on {} ({:?})", socket.address().retryable()?, self.config.protocol);
        self.socket = Some(socket);
        Ok(())
    }
}

impl AsyncReceive<LogsData> for Syslog {
    async fn run(&self, emitter: Emitter<LogsData>, stop: Stop) -> Result<(), Error> {
        let socket = self.socket.as_ref().ok_or_else(|| Error::permanent("was not started"))?;
        // Two batches: one that is being sent, and one that fills up. Then readers wait, and TCP holds the senders back.
        let (records, received) = mpsc::channel(self.config.batch_records * 2);
        let serving = socket.serve(&self.config, records, stop.clone());
        let (served, sent) = tokio::join!(serving, batches::send(received, &self.config, &emitter, &stop));
        served.and(sent)
    }
}

otelcol_plugin::export!(receiver::<Async<Syslog>>().logs(Stability::Beta));
