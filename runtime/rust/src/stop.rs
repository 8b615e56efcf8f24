//! The signal that an instance is to end.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Set when the Collector shuts the instance down. Whoever runs for long watches it. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    set: Mutex<bool>,
    changed: Condvar,
    #[cfg(feature = "tokio")]
    notify: tokio::sync::Notify,
}

impl Stop {
    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        *self.0.set.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps for `time`, or until it is set; whether it is set.
    pub fn wait(&self, time: Duration) -> bool {
        // A time too far to be told is a day: long enough to look again.
        let until = Instant::now() + time.min(Duration::from_secs(86_400));
        let mut set = self.0.set.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if *set || left.is_zero() {
                return *set;
            }
            set = self.0.changed.wait_timeout(set, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until it is set.
    #[cfg(feature = "tokio")]
    pub async fn stopped(&self) {
        let notified = self.0.notify.notified();
        tokio::pin!(notified);
        // Registered before the look, so that a set between the two is not missed.
        notified.as_mut().enable();
        if !self.is_set() {
            notified.await;
        }
    }

    /// Sets it. The crate does so when the Collector shuts the instance down; tests of components do it themselves.
    pub fn set(&self) {
        *self.0.set.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.changed.notify_all();
        #[cfg(feature = "tokio")]
        self.0.notify.notify_waiters();
    }
}
