//! Values of attributes, as they lie in the batch.

use super::wire::{Content, Fields, put_fixed64, put_sized, put_varint_field};
use crate::error::Error;
use crate::proto::common::v1::AnyValue;
use prost::Message;
use std::borrow::Cow;

// Fields of AnyValue.
const STRING: u32 = 1;
const BOOL: u32 = 2;
const INT: u32 = 3;
const DOUBLE: u32 = 4;
const ARRAY: u32 = 5;
const MAP: u32 = 6;
const BYTES: u32 = 7;

/// The value of an attribute. Texts and bytes are those of the batch: nothing is copied to look at them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// No value, or one of a kind that this crate doesn't know.
    Empty,
    /// A text.
    Text(&'a str),
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Double(f64),
    /// Bytes; a text that is no UTF-8, too.
    Bytes(&'a [u8]),
    /// A list or a map, still encoded.
    Nested(Nested<'a>),
}

/// A list or a map of values.
#[derive(Clone, Debug, PartialEq)]
pub struct Nested<'a>(Cow<'a, [u8]>);

impl Nested<'_> {
    /// Decodes it. The error: it is no OTLP.
    pub fn decode(&self) -> Result<AnyValue, Error> {
        AnyValue::decode(&*self.0).map_err(Error::permanent)
    }
}

impl<'a> Value<'a> {
    /// What an AnyValue says. Of several fields the last counts, as in every protobuf `oneof`.
    pub(super) fn read(any_value: &'a [u8]) -> Self {
        let mut value = Self::Empty;
        for field in Fields::of(any_value).map_while(Result::ok) {
            value = match (field.number, field.content) {
                (STRING, Content::Sized(text)) => std::str::from_utf8(text).map_or(Self::Bytes(text), Self::Text),
                (BOOL, Content::Varint(number)) => Self::Bool(number != 0),
                (INT, Content::Varint(number)) => Self::Int(number as i64),
                (DOUBLE, Content::Fixed64(bytes)) => Self::Double(f64::from_le_bytes(bytes)),
                (ARRAY | MAP, Content::Sized(_)) => Self::Nested(Nested(Cow::Borrowed(any_value))),
                (BYTES, Content::Sized(bytes)) => Self::Bytes(bytes),
                _ => continue,
            };
        }
        value
    }

    /// Writes it as an AnyValue.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Empty => {}
            Self::Text(text) => put_sized(STRING, text.as_bytes(), out),
            Self::Bool(value) => put_varint_field(BOOL, u64::from(*value), out),
            Self::Int(value) => put_varint_field(INT, *value as u64, out),
            Self::Double(value) => put_fixed64(DOUBLE, value.to_le_bytes(), out),
            Self::Bytes(bytes) => put_sized(BYTES, bytes, out),
            Self::Nested(nested) => out.extend_from_slice(&nested.0),
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&'a str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Value<'_> {
    fn from(value: f64) -> Self {
        Self::Double(value)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

/// Any value at all, lists and maps too.
impl From<&AnyValue> for Value<'_> {
    fn from(value: &AnyValue) -> Self {
        Self::Nested(Nested(Cow::Owned(value.encode_to_vec())))
    }
}
