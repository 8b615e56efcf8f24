//! Writing to buffers of the host.

use crate::abi;
use crate::error::Error;
use crate::host::Host;
use crate::signal::Signal;
use std::mem::MaybeUninit;

/// A buffer of the host, during the call that passed it.
pub(crate) struct Output {
    buffer: *mut abi::Buffer,
    api: &'static abi::HostApi,
}

impl Output {
    /// None: there is no buffer, or no host.
    ///
    /// # Safety
    /// `buffer` is null, or a buffer of the running call, used by this thread alone.
    pub(crate) unsafe fn new(buffer: *mut abi::Buffer) -> Option<Self> {
        let api = Host::kept()?.api();
        (!buffer.is_null()).then_some(Self { buffer, api })
    }

    pub(crate) fn append(&self, bytes: &[u8]) -> Result<(), Error> {
        // SAFETY: the buffer is of the running call.
        let code = unsafe { (self.api.buf_append)(self.buffer, bytes.as_ptr().cast(), bytes.len()) };
        if code == abi::OK { Ok(()) } else { Err(full(bytes.len())) }
    }

    /// Encodes right into the host's memory.
    pub(crate) fn encode<S: Signal>(&self, data: &S) -> Result<(), Error> {
        let size = data.encoded_len();
        if size == 0 {
            return Ok(());
        }
        // SAFETY: the buffer is of the running call.
        let start = unsafe { (self.api.buf_extend)(self.buffer, size) };
        if start.is_null() {
            return Err(full(size));
        }
        // SAFETY: the host gave `size` bytes at `start`, not yet written.
        let mut room = unsafe { std::slice::from_raw_parts_mut(start.cast::<MaybeUninit<u8>>(), size) };
        data.encode(&mut room).map_err(Error::permanent)?;
        if !room.is_empty() {
            // The host drops the output of a call that fails, and so what was not written.
            return Err(Error::permanent(format!(
                "{} were encoded in {} bytes less than counted",
                S::NAME,
                room.len()
            )));
        }
        Ok(())
    }
}

fn full(size: usize) -> Error {
    Error::retryable(format!("the Collector has no memory for {size} more bytes of output"))
}
