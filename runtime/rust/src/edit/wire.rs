//! Protobuf as it lies in memory (protobuf.dev, "Encoding"): fields of a message one by one, and writing them.

use crate::error::Error;

/// One field of a message.
pub(super) struct Field<'a> {
    pub(super) number: u32,
    pub(super) content: Content<'a>,
    /// Where it ends in the message.
    pub(super) end: usize,
}

pub(super) enum Content<'a> {
    Varint(u64),
    Fixed64([u8; 8]),
    Fixed32,
    /// A text, bytes or a message.
    Sized(&'a [u8]),
}

/// The fields of a message, in their order. After an error nothing follows.
pub(super) struct Fields<'a> {
    message: &'a [u8],
    at: usize,
}

impl<'a> Fields<'a> {
    pub(super) fn of(message: &'a [u8]) -> Self {
        Self { message, at: 0 }
    }

    fn take(&mut self, size: u64) -> Option<&'a [u8]> {
        let end = self.at.checked_add(usize::try_from(size).ok()?)?;
        let taken = self.message.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn varint(&mut self) -> Option<u64> {
        let first = *self.message.get(self.at)?;
        self.at += 1;
        if first < 0x80 {
            return Some(first.into());
        }
        let mut value = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let byte = *self.message.get(self.at)?;
            self.at += 1;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn field(&mut self) -> Option<Field<'a>> {
        let tag = self.varint()?;
        let number = u32::try_from(tag >> 3).ok().filter(|number| *number > 0)?;
        let content = match tag & 7 {
            0 => Content::Varint(self.varint()?),
            1 => Content::Fixed64(self.take(8)?.try_into().ok()?),
            2 => {
                let size = self.varint()?;
                Content::Sized(self.take(size)?)
            }
            5 => self.take(4).map(|_| Content::Fixed32)?,
            // Groups, which OTLP doesn't have.
            _ => return None,
        };
        Some(Field { number, content, end: self.at })
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.message.len() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.at = self.message.len();
        }
        Some(field.ok_or_else(|| Error::permanent("a field is cut or has no known form")))
    }
}

/// How many bytes a number takes.
fn size_of_varint(value: u64) -> usize {
    // 7 bits a byte, at least one byte.
    (64 - (value | 1).leading_zeros() as usize).div_ceil(7)
}

pub(super) fn put_varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn put_tag(number: u32, wire_type: u32, out: &mut Vec<u8>) {
    put_varint((u64::from(number) << 3) | u64::from(wire_type), out);
}

pub(super) fn put_varint_field(number: u32, value: u64, out: &mut Vec<u8>) {
    put_tag(number, 0, out);
    put_varint(value, out);
}

pub(super) fn put_fixed64(number: u32, bytes: [u8; 8], out: &mut Vec<u8>) {
    put_tag(number, 1, out);
    out.extend_from_slice(&bytes);
}

/// A text, bytes or a message that is there.
pub(super) fn put_sized(number: u32, bytes: &[u8], out: &mut Vec<u8>) {
    put_tag(number, 2, out);
    put_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

/// A message that `write` writes. Its size stands before it: room is kept for one like `expected`, and if it turns out
/// to need another number of bytes, what was written is moved.
pub(super) fn put_message<T>(
    number: u32,
    expected: usize,
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> T,
) -> T {
    put_tag(number, 2, out);
    let start = out.len();
    let room = size_of_varint(expected as u64);
    out.resize(start + room, 0);
    let result = write(out);
    let size = out.len() - start - room;
    let needed = size_of_varint(size as u64);
    if needed > room {
        out.resize(start + needed + size, 0);
    }
    if needed != room {
        out.copy_within(start + room..start + room + size, start + needed);
        out.truncate(start + needed + size);
    }
    let mut rest = size as u64;
    for (i, byte) in out[start..start + needed].iter_mut().enumerate() {
        *byte = rest as u8 & 0x7f | if i + 1 < needed { 0x80 } else { 0 };
        rest >>= 7;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_as_they_were_put() {
        for value in [0, 1, 127, 128, 300, 16_383, 16_384, u64::from(u32::MAX), u64::MAX] {
            let mut out = Vec::new();
            put_varint(value, &mut out);
            assert_eq!(out.len(), size_of_varint(value), "{value}");
            assert_eq!(Fields::of(&out).varint(), Some(value));
        }
        assert_eq!(Fields::of(&[0xff; 11]).varint(), None);
    }

    #[test]
    fn the_size_before_a_message_fits_whatever_was_expected() {
        for (expected, size) in [(0, 0), (5, 200), (200, 5), (127, 128), (20_000, 100), (100, 20_000)] {
            let mut out = vec![9];
            put_message(3, expected, &mut out, |out| out.resize(out.len() + size, 7));
            let mut wanted = vec![9];
            put_sized(3, &vec![7; size], &mut wanted);
            assert_eq!(out, wanted, "{expected} {size}");
        }
    }

    #[test]
    fn what_is_cut_or_of_no_known_form_is_an_error_once() {
        for message in [&[0x0a, 5, 1][..], &[0x0a], &[0x09, 1], &[0x0d, 1, 2], &[0x0b], &[0x02, 0], &[0x80], &[0x08]] {
            let read: Vec<_> = Fields::of(message).map(|field| field.is_ok()).collect();
            assert_eq!(read, [false], "{message:?}");
        }
    }
}
