//! The receiver, with real sockets.

use otelcol_plugin::prelude::*;
use otelcol_plugin::proto::common::v1::any_value::Value;
use otelcol_plugin::proto::logs::v1::{LogRecord, LogsData};
use otelcol_syslog::{Config, Syslog};
use serde_json::json;
use std::io::Write;
use std::net::{TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A receiver that runs, and what it has emitted.
struct Running {
    address: String,
    stop: Stop,
    bodies: Arc<Mutex<Vec<String>>>,
    thread: JoinHandle<Result<(), Error>>,
}

fn read(config: &serde_json::Value) -> Result<Config, Error> {
    let config = otelcol_plugin::config::read::<Config>(config.to_string().as_bytes())?;
    Async::<Syslog>::validate(&config)?;
    Ok(config)
}

/// Starts one on a free port; `pipeline` sees each batch first.
fn run(
    mut config: serde_json::Value,
    pipeline: impl Fn(&LogsData) -> Result<(), Error> + Send + Sync + 'static,
) -> Running {
    // Bound and closed again: the port is free now.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    config["listen"] = address.clone().into();
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&bodies);
    let instance = Instance::emitting("syslog", move |logs: LogsData| {
        pipeline(&logs)?;
        kept.lock().unwrap().extend(records(&logs).map(body));
        Ok(())
    });
    let mut receiver = Async::<Syslog>::create(read(&config).unwrap(), &instance).unwrap();
    receiver.start().unwrap();
    let stop = instance.stop().clone();
    let thread = std::thread::spawn(move || receiver.run(&instance.emitter::<LogsData>(), instance.stop()));
    Running { address, stop, bodies, thread }
}

fn records(logs: &LogsData) -> impl Iterator<Item = &LogRecord> {
    logs.resource_logs.iter().flat_map(|resource| &resource.scope_logs).flat_map(|scope| &scope.log_records)
}

fn body(record: &LogRecord) -> String {
    match record.body.as_ref().and_then(|body| body.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        other => panic!("{other:?}"),
    }
}

impl Running {
    fn wait_for(&self, count: usize) {
        let until = Instant::now() + Duration::from_secs(20);
        while self.bodies.lock().unwrap().len() < count {
            assert!(Instant::now() < until, "{:?}", self.bodies.lock().unwrap().len());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn end(self) -> (Vec<String>, Result<(), Error>) {
        self.stop.set();
        let ended = self.thread.join().unwrap();
        let bodies = std::mem::take(&mut *self.bodies.lock().unwrap());
        (bodies, ended)
    }
}

#[test]
fn messages_over_tcp_become_records_and_shutdown_sends_the_last() {
    let running = run(json!({ "batch_timeout": "10s" }), |_| Ok(()));
    let mut sender = TcpStream::connect(&running.address).unwrap();
    sender.write_all(b"<34>1 - host app - - - one\n12 <34>app: two<34>app: three").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let (bodies, ended) = running.end();
    assert_eq!(ended, Ok(()));
    assert_eq!(bodies, ["one", "two", "three"]);
}

#[test]
fn messages_over_udp_become_records() {
    let running = run(json!({ "protocol": "udp", "max_message_bytes": 9 }), |logs| {
        let cut = |record: &&LogRecord| record.attributes.iter().any(|attribute| attribute.key == "syslog.truncated");
        assert_eq!(records(logs).filter(cut).count(), 1);
        Ok(())
    });
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    for message in ["<34>a: one", "<34>b: 2"] {
        sender.send_to(message.as_bytes(), &running.address).unwrap();
    }
    running.wait_for(2);
    assert_eq!(running.end().0, ["on", "2"]);
}

#[test]
fn a_busy_pipeline_holds_tcp_senders_back_and_nothing_is_lost_or_doubled() {
    const SENDERS: usize = 8;
    const EACH: usize = 500;
    let blocked = Arc::new(AtomicBool::new(true));
    let refusals = Arc::new(AtomicUsize::new(3));
    let (gate, left) = (Arc::clone(&blocked), Arc::clone(&refusals));
    let running = run(json!({ "batch_records": 16, "batch_timeout": "1ms" }), move |_| {
        while gate.load(Ordering::Acquire) {
            std::thread::sleep(Duration::from_millis(1));
        }
        match left.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(1)) {
            Ok(_) => Err(Error::retryable("busy")),
            Err(_) => Ok(()),
        }
    });
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let address = running.address.clone();
            std::thread::spawn(move || {
                let mut stream = TcpStream::connect(address).unwrap();
                for i in 0..EACH {
                    writeln!(stream, "<34>app: {sender}.{i}").unwrap();
                }
            })
        })
        .collect();
    std::thread::sleep(Duration::from_millis(100));
    assert!(running.bodies.lock().unwrap().is_empty());
    blocked.store(false, Ordering::Release);
    senders.into_iter().for_each(|sender| sender.join().unwrap());
    running.wait_for(SENDERS * EACH);
    let (mut bodies, ended) = running.end();
    assert_eq!(ended, Ok(()));
    bodies.sort();
    bodies.dedup();
    assert_eq!(bodies.len(), SENDERS * EACH);
}

#[test]
fn what_the_pipeline_never_takes_is_told_at_the_end() {
    let running = run(json!({ "batch_timeout": "1ms" }), |_| Err(Error::retryable("down")));
    TcpStream::connect(&running.address).unwrap().write_all(b"<34>app: lost\n").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let (bodies, ended) = running.end();
    assert!(bodies.is_empty());
    assert_eq!(ended.unwrap_err().to_string(), "1 records are lost: down");
}

#[test]
fn an_address_that_is_taken_stops_the_start() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let config = json!({ "listen": taken.local_addr().unwrap().to_string() });
    let mut receiver = Async::<Syslog>::create(read(&config).unwrap(), &Instance::detached("syslog")).unwrap();
    let wrong = receiver.start().unwrap_err();
    assert!(wrong.to_string().starts_with("can't listen on 127.0.0.1:"), "{wrong}");
}

#[test]
fn wrong_configurations_are_told_field_by_field() {
    let fault = |config| read(&config).unwrap_err().to_string();
    assert_eq!(
        fault(json!({ "listen": "here", "batch_records": 0 })),
        "listen: \"here\" is no address and port: invalid socket address syntax\nbatch_records: must be above 0"
    );
    assert!(fault(json!({ "protocol": "quic" })).starts_with("protocol: unknown variant `quic`"));
}
