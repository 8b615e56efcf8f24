//! The manifest of a plugin that is built without a builder.

use crate::{lockfile, timestamp};
use std::path::{Path, PathBuf};

/// The parts of the JSON, as the Rust source of an array of byte slices: what only the compiled crates know (rustc, target,
/// profile, flags) stands between what is known here.
pub(crate) fn own_parts() -> Result<String, String> {
    let name = variable("CARGO_PKG_NAME")?;
    let version = variable("CARGO_PKG_VERSION")?;
    let lock = lock_of(Path::new(&variable("CARGO_MANIFEST_DIR")?));
    let mut hashes = Vec::new();
    let mut versions = Vec::new();
    let mut tracked = String::new();
    if let Some(path) = &lock {
        let text = std::fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()))?;
        for used in lockfile::closure(&text, &name, &version) {
            if let Some(checksum) = &used.checksum {
                hashes.push(format!("{}:{}", json(&used.key), json(checksum)));
            }
            versions.push(format!("{}:{}", json(&used.key), json(&used.version)));
        }
        // Named so that a change of it compiles this again.
        tracked = format!("{{ let _lock: &[u8] = ::core::include_bytes!({:?}); &[] }}", path.display().to_string());
    }
    let head = format!(
        r#"{{"schema_version":1,"language":"rust","name":{},"version":{},"entry_symbol":"register_collector_plugin","abi_version":1,"dependency_hashes":{{{}}},"dependency_versions":{{{}}},"build_time":{},"toolchain_version":"#,
        json(&name),
        json(&version),
        hashes.join(","),
        versions.join(","),
        json(&timestamp::build_time()?),
    );
    let built = |name: &str| format!("__otelcol::built::{name}.as_bytes()");
    let mut parts = vec![
        bytes(&head),
        built("RUSTC"),
        bytes(r#","target":"#),
        built("TARGET"),
        bytes(r#","build_profile":"#),
        built("PROFILE"),
        bytes(r#","build_flags":"#),
        built("FLAGS"),
        bytes("}"),
    ];
    if !tracked.is_empty() {
        parts.push(tracked);
    }
    Ok(format!("&[{}]", parts.join(", ")))
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("{name} is not set: a plugin is built by Cargo"))
}

fn lock_of(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join("Cargo.lock")).find(|path| path.is_file())
}

fn bytes(text: &str) -> String {
    format!("{text:?}.as_bytes()")
}

// build.rs of otelcol-plugin has the same: a build script and a macro share code only by one more crate.
fn json(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            c if c.is_control() => format!("\\u{:04x}", c as u32),
            c => c.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}
