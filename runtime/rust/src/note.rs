//! The ELF note that carries manifest and descriptors (docs/manifest.md).

/// A note of owner `OTelCol`: with 4-byte alignment and no gap, as a `PT_NOTE` segment wants it.
#[doc(hidden)]
#[repr(C, align(4))]
pub struct Note<const PADDED: usize> {
    owner_size: u32,
    size: u32,
    kind: u32,
    owner: [u8; 8],
    text: [u8; PADDED],
}

impl<const PADDED: usize> Note<PADDED> {
    /// Type 1 is the manifest, type 2 the descriptors. `PADDED` is [`padded`] of `text`.
    pub const fn new(kind: u32, text: &[u8]) -> Self {
        Self { owner_size: 8, size: text.len() as u32, kind, owner: *b"OTelCol\0", text: joined(&[text]) }
    }
}

/// The size of a text in a note: zeros fill the last four bytes.
#[doc(hidden)]
pub const fn padded(text: &[u8]) -> usize {
    text.len().div_ceil(4) * 4
}

/// The sizes of all parts together.
#[doc(hidden)]
pub const fn total(parts: &[&[u8]]) -> usize {
    let mut size = 0;
    let mut part = 0;
    while part < parts.len() {
        size += parts[part].len();
        part += 1;
    }
    size
}

/// All parts, one after the other; zeros behind.
#[doc(hidden)]
pub const fn joined<const SIZE: usize>(parts: &[&[u8]]) -> [u8; SIZE] {
    let mut bytes = [0; SIZE];
    let mut at = 0;
    let mut part = 0;
    while part < parts.len() {
        let mut i = 0;
        while i < parts[part].len() {
            bytes[at] = parts[part][i];
            at += 1;
            i += 1;
        }
        part += 1;
    }
    bytes
}
