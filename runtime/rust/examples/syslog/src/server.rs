//! Sockets: datagrams, and connections with their streams.

use crate::config::{Config, Protocol};
use crate::frames::{Frame, Frames};
use crate::message::parse;
use crate::record::record;
use otelcol_plugin::prelude::*;
use otelcol_plugin::proto::logs::v1::LogRecord;
use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

/// The largest datagram there is.
const DATAGRAM: usize = 65_536;
/// What is read from a stream at once.
const PIECE: usize = 16_384;
/// How long is still read after the stop: what had come by then is in the buffers of the system.
const LAST_LOOK: Duration = Duration::from_millis(50);
/// The pause after an accept that failed: descriptors may be short.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug)]
pub(crate) enum Socket {
    Tcp(TcpListener),
    Udp(UdpSocket),
}

impl Socket {
    pub(crate) async fn bind(config: &Config) -> Result<Self, Error> {
        let bound = match config.protocol {
            Protocol::Tcp => TcpListener::bind(&config.listen).await.map(Self::Tcp),
            Protocol::Udp => UdpSocket::bind(&config.listen).await.map(Self::Udp),
        };
        bound.map_err(|wrong| Error::retryable(wrong).context(format!("can't listen on {}", config.listen)))
    }

    pub(crate) fn address(&self) -> std::io::Result<SocketAddr> {
        match self {
            Self::Tcp(listener) => listener.local_addr(),
            Self::Udp(socket) => socket.local_addr(),
        }
    }

    /// Takes messages until `stop` is set, and then what had come by then.
    pub(crate) async fn serve(
        &self,
        config: &Config,
        records: mpsc::Sender<LogRecord>,
        stop: Stop,
    ) -> Result<(), Error> {
        match self {
            Self::Tcp(listener) => accept(listener, config, records, stop).await,
            Self::Udp(socket) => datagrams(socket, config, records, stop).await,
        }
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_nanos() as u64)
}

fn read(frame: &Frame, peer: &str) -> LogRecord {
    let now = now();
    record(parse(&frame.bytes, now), now, peer, frame.cut)
}

async fn datagrams(
    socket: &UdpSocket,
    config: &Config,
    records: mpsc::Sender<LogRecord>,
    stop: Stop,
) -> Result<(), Error> {
    let mut buffer = vec![0; DATAGRAM];
    let mut lost: u64 = 0;
    let mut until = None;
    loop {
        let received = if stop.is_set() {
            let until = *until.get_or_insert_with(|| Instant::now() + LAST_LOOK);
            match timeout_at(until, socket.recv_from(&mut buffer)).await {
                Ok(received) => received,
                Err(_) => break,
            }
        } else {
            tokio::select! {
                received = socket.recv_from(&mut buffer) => received,
                () = stop.stopped() => continue,
            }
        };
        let (size, peer) = received.retryable()?;
        let taken = size.min(config.max_message_bytes);
        let frame = Frame { bytes: buffer[..taken].to_vec(), cut: taken < size };
        // Nobody can be held back: what finds no room is lost.
        match records.try_send(read(&frame, &peer.ip().to_string())) {
            Ok(()) if lost > 0 => {
                log::warn!("{lost} messages were lost: the pipeline was busy");
                lost = 0;
            }
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(_)) => lost += 1,
            Err(mpsc::error::TrySendError::Closed(_)) => break,
        }
    }
    if lost > 0 {
        log::warn!("{lost} messages were lost: the pipeline was busy");
    }
    Ok(())
}

async fn accept(
    listener: &TcpListener,
    config: &Config,
    records: mpsc::Sender<LogRecord>,
    stop: Stop,
) -> Result<(), Error> {
    let places = Arc::new(Semaphore::new(config.max_connections));
    let mut connections = JoinSet::new();
    let mut until = None;
    loop {
        let ended = async {
            match until {
                Some(until) => sleep_until(until).await,
                None => stop.stopped().await,
            }
        };
        let (place, accepted) = tokio::select! {
            taken = async { (Arc::clone(&places).acquire_owned().await, listener.accept().await) } => taken,
            // Whoever had connected by then is still heard.
            () = ended => match until {
                Some(_) => break,
                None => {
                    until = Some(Instant::now() + LAST_LOOK);
                    continue;
                }
            },
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection =
                    Connection { peer: peer.ip().to_string(), records: records.clone(), stop: stop.clone() };
                let (most, idle) = (config.max_message_bytes, *config.idle_timeout);
                connections.spawn(async move {
                    connection.serve(stream, most, idle).await;
                    drop(place);
                });
            }
            Err(wrong) => {
                log::warn!("a connection can't be accepted: {wrong}");
                sleep(ACCEPT_PAUSE).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
    while connections.join_next().await.is_some() {}
    Ok(())
}

struct Connection {
    peer: String,
    records: mpsc::Sender<LogRecord>,
    stop: Stop,
}

impl Connection {
    async fn serve(&self, mut stream: TcpStream, most: usize, idle: Duration) {
        let mut frames = Frames::new(most);
        let mut piece = vec![0; PIECE];
        let mut until = None;
        loop {
            let stopping = self.stop.is_set();
            if stopping && until.is_none() {
                until = Some(Instant::now() + LAST_LOOK);
            }
            let silence = async {
                match until {
                    Some(until) => sleep_until(until).await,
                    None if idle.is_zero() => pending().await,
                    None => sleep(idle).await,
                }
            };
            let size = tokio::select! {
                // In this order: a sender that never pauses must not keep a receiver that stops.
                biased;
                () = silence => 0,
                read = stream.read(&mut piece) => match read {
                    Ok(size) => size,
                    Err(wrong) => {
                        log::debug!("{}: {wrong}", self.peer);
                        0
                    }
                },
                () = self.stop.stopped(), if !stopping => continue,
            };
            frames.push(&piece[..size]);
            while let Some(frame) = frames.next_frame() {
                // Waits while the pipeline is busy: nothing is read meanwhile, and TCP holds the sender back.
                if self.records.send(read(&frame, &self.peer)).await.is_err() {
                    return;
                }
            }
            if size == 0 {
                break;
            }
        }
        if let Some(frame) = frames.rest() {
            let _ = self.records.send(read(&frame, &self.peer)).await;
        }
    }
}
