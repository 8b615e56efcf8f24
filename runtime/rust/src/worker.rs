//! The thread of a receiver.

use crate::abi;
use crate::error::Error;
use crate::gate::Gate;
use crate::handle::Run;
use crate::instance::{Instance, Status};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

#[derive(Default)]
pub(crate) struct Worker {
    thread: Mutex<Option<JoinHandle<()>>>,
    /// Who is inside runs.
    running: Arc<Gate>,
}

impl Worker {
    /// Runs the receiver on a thread of its own. What it ends with before it was told to stop is a failure.
    pub(crate) fn begin<T: Send + Sync + 'static>(
        &self,
        instance: &Instance,
        component: &Arc<T>,
        run: Run<T>,
    ) -> Result<(), Error> {
        let component = Arc::clone(component);
        let instance = instance.clone();
        let running = Arc::clone(&self.running);
        let (began, begins) = std::sync::mpsc::sync_channel(1);
        let work = move || {
            let _running = running.enter();
            let _ = began.send(());
            let ended = instance.run(|| run(&component, &instance));
            drop(component);
            match ended {
                Ok(()) => {}
                Err(failed) if instance.stop().is_set() && !failed.is_panic() => {
                    instance.log(abi::LOG_WARN, &format!("while it stopped: {failed}"), "");
                }
                Err(failed) => {
                    instance.log(abi::LOG_ERROR, &failed.to_string(), "");
                    instance.report(Status::Permanent, &failed.to_string());
                }
            }
        };
        let thread = std::thread::Builder::new().name("receiver".to_owned()).spawn(work).map_err(Error::permanent)?;
        // Else a shutdown that comes at once would find nobody inside.
        let _ = begins.recv();
        *self.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
        Ok(())
    }

    /// Waits until it has returned, at most until the deadline; whether it has.
    pub(crate) fn ended(&self, deadline: Option<Instant>) -> bool {
        self.running.empty(deadline)
    }

    /// Waits until its thread is gone.
    pub(crate) fn join(&self) {
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // Its panics were caught inside.
            let _ = thread.join();
        }
    }
}
