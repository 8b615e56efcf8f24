//! Records into batches, and those into the pipeline.

use crate::config::Config;
use otelcol_plugin::prelude::*;
use otelcol_plugin::proto::common::v1::InstrumentationScope;
use otelcol_plugin::proto::logs::v1::{LogRecord, LogsData, ResourceLogs, ScopeLogs};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How often a batch is tried once the receiver stops.
const LAST_TRIES: u32 = 5;

/// Sends what comes until nobody sends records any more. A batch that the pipeline can't take now is tried again, and
/// nothing else is taken meanwhile; one that it never will take is dropped and told. The error says what was lost at the end.
pub(crate) async fn send(
    mut received: mpsc::Receiver<LogRecord>,
    config: &Config,
    emitter: &Emitter<LogsData>,
    stop: &Stop,
) -> Result<(), Error> {
    while let Some(first) = received.recv().await {
        let mut records = vec![first];
        // The first record waits this long; an error is that the time is over.
        let _ = timeout(*config.batch_timeout, async {
            while records.len() < config.batch_records {
                match received.recv().await {
                    Some(record) => records.push(record),
                    None => break,
                }
            }
        })
        .await;
        let count = records.len();
        deliver(batch(records), emitter, stop)
            .await
            .map_err(|refused| refused.context(format!("{} records are lost", count + received.len())))?;
    }
    Ok(())
}

async fn deliver(batch: LogsData, emitter: &Emitter<LogsData>, stop: &Stop) -> Result<(), Error> {
    let mut pause = FIRST_PAUSE;
    let mut last_tries = 0;
    loop {
        let refused = match emitter.send(batch.clone()).await {
            Ok(()) => return Ok(()),
            Err(refused) => refused,
        };
        if !refused.is_retryable() {
            log::warn!("{} records are dropped: {refused}", batch.count());
            return Ok(());
        }
        if stop.is_set() {
            last_tries += 1;
            if last_tries >= LAST_TRIES {
                return Err(refused);
            }
            sleep(FIRST_PAUSE).await;
            continue;
        }
        log::debug!("the pipeline is busy, again in {pause:?}: {refused}");
        tokio::select! {
            () = sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
            () = stop.stopped() => {}
        }
    }
}

fn batch(log_records: Vec<LogRecord>) -> LogsData {
    let scope = InstrumentationScope {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..Default::default()
    };
    let scope_logs = vec![ScopeLogs { scope: Some(scope), log_records, ..Default::default() }];
    LogsData { resource_logs: vec![ResourceLogs { scope_logs, ..Default::default() }] }
}
