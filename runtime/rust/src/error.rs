//! What can go wrong, and whether it may go right later.

use crate::abi;
use std::fmt;

/// Anything that explains itself: a text or an error. Its sources are kept.
type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a call of a component failed.
///
/// The Collector asks one thing of an error: may the same data be sent again? A `?` can't know, so each error is made
/// by saying it: [`Error::retryable`], [`Error::permanent`], or on a `Result` by [`Classify`].
///
/// ```
/// use otelcol_plugin::{Classify, Error};
///
/// fn send(address: &str) -> Result<(), Error> {
///     let socket = std::net::UdpSocket::bind("127.0.0.1:0").retryable()?;
///     let address: std::net::SocketAddr = address.parse().permanent()?;
///     socket.send_to(b"hello", address).retryable()?;
///     Ok(())
/// }
/// assert!(!send("nowhere").unwrap_err().is_retryable());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: i32,
    message: String,
}

impl Error {
    /// The data can be sent again later; a connection is down, a queue is full.
    pub fn retryable(cause: impl Into<Cause>) -> Self {
        Self::with(abi::RETRYABLE, cause)
    }

    /// The data will never be taken: it is malformed or too large.
    pub fn permanent(cause: impl Into<Cause>) -> Self {
        Self::with(abi::PERMANENT, cause)
    }

    /// A field of the configuration is wrong. `path` names it as the Collector does, such as `rules[1]::pattern`; an
    /// empty path is the whole configuration.
    pub fn config(path: impl AsRef<str>, cause: impl Into<Cause>) -> Self {
        let mut error = Self::with(abi::CONFIG, cause);
        if !path.as_ref().is_empty() {
            error.message = format!("{}: {}", path.as_ref(), error.message);
        }
        error
    }

    pub(crate) fn panic(message: String) -> Self {
        Self { code: abi::PANIC, message }
    }

    pub(crate) fn abi(message: String) -> Self {
        Self { code: abi::ABI, message }
    }

    /// What the host answered with a code and perhaps a sentence.
    pub(crate) fn from_host(code: i32, message: String) -> Self {
        let code = if code == abi::RETRYABLE { code } else { abi::PERMANENT };
        let message = if message.is_empty() { "the Collector gave no reason".to_owned() } else { message };
        Self { code, message }
    }

    fn with(code: i32, cause: impl Into<Cause>) -> Self {
        let cause = cause.into();
        let mut message = cause.to_string();
        let mut source = cause.source();
        while let Some(error) = source {
            let text = error.to_string();
            // Many errors already end with the text of their source.
            if !message.ends_with(&text) {
                message = format!("{message}: {text}");
            }
            source = error.source();
        }
        Self { code, message }
    }

    /// Says where or of what: `syslog: connection refused`.
    pub fn context(mut self, what: impl fmt::Display) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }

    /// Whether the same data may be taken later.
    pub fn is_retryable(&self) -> bool {
        self.code == abi::RETRYABLE
    }

    /// Whether the configuration is at fault.
    pub fn is_config(&self) -> bool {
        self.code == abi::CONFIG
    }

    pub(crate) fn is_panic(&self) -> bool {
        self.code == abi::PANIC
    }

    pub(crate) fn code(&self) -> i32 {
        self.code
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Says of the error of a `Result` whether it is worth another try.
pub trait Classify<T> {
    /// The error as [`Error::retryable`].
    fn retryable(self) -> Result<T, Error>;
    /// The error as [`Error::permanent`].
    fn permanent(self) -> Result<T, Error>;
}

impl<T, E: Into<Cause>> Classify<T> for Result<T, E> {
    fn retryable(self) -> Result<T, Error> {
        self.map_err(Error::retryable)
    }

    fn permanent(self) -> Result<T, Error> {
        self.map_err(Error::permanent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Outer(std::io::Error);
    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("can't connect")
        }
    }
    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn an_error_tells_its_sources() {
        let error = Error::retryable(Outer(std::io::Error::other("refused"))).context("syslog");
        assert_eq!(error.to_string(), "syslog: can't connect: refused");
        assert!(error.is_retryable());
    }

    #[test]
    fn a_config_error_begins_with_the_path() {
        assert_eq!(
            Error::config("rules[1]::pattern", "unclosed group").to_string(),
            "rules[1]::pattern: unclosed group"
        );
        assert_eq!(Error::config("", "nothing to do").to_string(), "nothing to do");
    }

    #[test]
    fn a_host_that_gives_no_reason_is_quoted_so() {
        assert_eq!(Error::from_host(99, String::new()).code(), abi::PERMANENT);
    }
}
