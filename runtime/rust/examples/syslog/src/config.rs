//! Where to listen, and how much to take.

use otelcol_plugin::config::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Receives syslog, RFC 5424 and RFC 3164, over TCP or UDP.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address and port to listen on.
    pub listen: String,
    /// The transport.
    pub protocol: Protocol,
    /// The longest message that is taken whole. What is longer is cut, and says so in `syslog.truncated`.
    pub max_message_bytes: usize,
    /// TCP: how many senders may be connected; more wait to be accepted.
    pub max_connections: usize,
    /// TCP: how long a sender may be silent before its connection is closed. `0s`: for ever.
    pub idle_timeout: Duration,
    /// The most records in a batch.
    pub batch_records: usize,
    /// How long a record waits for others to be sent with.
    pub batch_timeout: Duration,
}

/// The transport.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// A message ends with a newline, or is counted as RFC 6587 has it. Senders wait while the pipeline is busy.
    #[default]
    Tcp,
    /// A message is a datagram. What comes while the pipeline is busy is lost, and counted in the log.
    Udp,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:5514".into(),
            protocol: Protocol::Tcp,
            max_message_bytes: 65_536,
            max_connections: 256,
            idle_timeout: Duration::seconds(300),
            batch_records: 512,
            batch_timeout: Duration(std::time::Duration::from_millis(200)),
        }
    }
}
