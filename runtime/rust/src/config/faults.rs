//! All that is wrong with a configuration.

use crate::error::Error;

/// Collects what is wrong with a configuration, so that a user sees all of it at once.
///
/// ```
/// use otelcol_plugin::config::Faults;
///
/// let mut faults = Faults::default();
/// for (i, port) in [514, 70_000].into_iter().enumerate() {
///     if port > 65_535 {
///         faults.add(format!("ports[{i}]"), "is no port");
///     }
/// }
/// assert_eq!(faults.finish().unwrap_err().to_string(), "ports[1]: is no port");
/// ```
#[derive(Debug, Default)]
pub struct Faults(Vec<String>);

impl Faults {
    /// The field at `path` is wrong, because of `cause`.
    pub fn add(&mut self, path: impl AsRef<str>, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) {
        // One line a fault: some errors (of regex, for one) draw over several.
        let fault = Error::config(path, cause).to_string();
        self.0.push(fault.split_whitespace().collect::<Vec<_>>().join(" "));
    }

    /// An error if there was a fault.
    pub fn finish(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::config("", self.0.join("\n"))) }
    }
}
