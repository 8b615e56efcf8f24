//! Notes what this build is made with, for the manifest of a plugin that is built without a builder.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=CARGO_ENCODED_RUSTFLAGS");
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = Command::new(rustc).arg("--version").output().map(|out| out.stdout).unwrap_or_default();
    let version = String::from_utf8_lossy(&version).trim().to_owned();
    let flags = std::env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let flags: Vec<String> = flags.split('\x1f').filter(|flag| !flag.is_empty()).map(json).collect();
    // PROFILE only knows debug and release; the folder is named after the profile: <target>/<profile>/build/<crate>/out.
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    let profile = Path::new(&out).ancestors().nth(3).and_then(Path::file_name).unwrap_or_default();
    println!("cargo:rustc-env=OTELCOL_BUILT_RUSTC={}", json(&version));
    println!("cargo:rustc-env=OTELCOL_BUILT_TARGET={}", json(&std::env::var("TARGET").unwrap_or_default()));
    println!("cargo:rustc-env=OTELCOL_BUILT_PROFILE={}", json(&profile.to_string_lossy()));
    println!("cargo:rustc-env=OTELCOL_BUILT_FLAGS=[{}]", flags.join(","));
}

// macros/src/manifest.rs has the same: a build script and a macro share code only by one more crate, compiled before both.
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
