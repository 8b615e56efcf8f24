//! Behind `otelcol_plugin::export!`: the manifest and the descriptors become statics of the plugin's crate. The contract
//! with builders is in the documentation of otelcol-plugin.
//!
//! A macro and no build script: the environment differs from plugin to plugin, and only the plugin's own crate should be
//! compiled again for it.

mod lockfile;
mod manifest;
mod timestamp;

use proc_macro::{LexError, TokenStream};
use std::path::Path;

/// `embed!($crate)`: expands to the notes and symbols. The input is the path of otelcol_plugin.
#[proc_macro]
pub fn embed(crate_path: TokenStream) -> TokenStream {
    let code = notes().unwrap_or_else(|wrong| format!("::core::compile_error!({wrong:?});"));
    // The path may hold $crate, which no text can: it is put in where it stands.
    let parsed: Result<TokenStream, LexError> = code.parse();
    substitute(parsed.unwrap_or_default(), &crate_path)
}

fn notes() -> Result<String, String> {
    let mut code = String::new();
    let manifest = match named_file("OTELCOL_MANIFEST")? {
        Some(path) => format!("&[::core::include_bytes!({path:?})]"),
        None => manifest::own_parts()?,
    };
    code.push_str(&format!(
        r#"
        const _: () = {{
            use __otelcol::{{Note, joined, padded, total}};
            // Cargo compiles this again when they change.
            const _: [Option<&str>; 3] =
                [option_env!("OTELCOL_MANIFEST"), option_env!("OTELCOL_DESCRIPTORS"), option_env!("SOURCE_DATE_EPOCH")];
            const PARTS: &[&[u8]] = {manifest};
            const SIZE: usize = total(PARTS);
            const MANIFEST: [u8; SIZE] = joined(PARTS);

            #[used]
            #[unsafe(link_section = ".note.otelcol")]
            static MANIFEST_NOTE: Note<{{ padded(&MANIFEST) }}> = Note::new(1, &MANIFEST);

            #[used]
            #[unsafe(no_mangle)]
            #[allow(non_upper_case_globals)]
            static collector_plugin_manifest: [u8; SIZE] = MANIFEST;

            #[used]
            #[unsafe(no_mangle)]
            #[allow(non_upper_case_globals)]
            static collector_plugin_manifest_len: usize = SIZE;
        "#
    ));
    if let Some(path) = named_file("OTELCOL_DESCRIPTORS")? {
        code.push_str(&format!(
            r#"
            const DESCRIPTORS: &[u8] = ::core::include_bytes!({path:?});

            #[used]
            #[unsafe(link_section = ".note.otelcol")]
            static DESCRIPTORS_NOTE: Note<{{ padded(DESCRIPTORS) }}> = Note::new(2, DESCRIPTORS);
            "#
        ));
    }
    code.push_str("};");
    Ok(code)
}

/// The file that a variable names.
fn named_file(variable: &str) -> Result<Option<String>, String> {
    let Ok(path) = std::env::var(variable) else { return Ok(None) };
    if path.is_empty() {
        return Ok(None);
    }
    if !Path::new(&path).is_absolute() {
        return Err(format!("{variable} is {path:?}: it must be an absolute path"));
    }
    std::fs::metadata(&path).map_err(|why| format!("{variable} names {path}: {why}"))?;
    Ok(Some(path))
}

/// Replaces `__otelcol` by `<crate>::__private`.
fn substitute(code: TokenStream, crate_path: &TokenStream) -> TokenStream {
    use proc_macro::{Group, TokenTree};
    code.into_iter()
        .flat_map(|token| match token {
            TokenTree::Ident(ident) if ident.to_string() == "__otelcol" => {
                let mut path = crate_path.clone();
                path.extend("::__private".parse::<TokenStream>().unwrap_or_default());
                path
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), substitute(group.stream(), crate_path));
                inner.set_span(group.span());
                TokenTree::Group(inner).into()
            }
            other => other.into(),
        })
        .collect()
}
