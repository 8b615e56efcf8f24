//! One set of attributes, changed where it lies.

use super::value::Value;
use super::wire::{Content, Fields, put_message, put_sized};
use crate::error::Error;
use std::ops::Range;

// Fields of KeyValue.
const KEY: u32 = 1;
const VALUE: u32 = 2;

/// One attribute: a KeyValue of the batch, or one that was set.
enum Entry<'a> {
    Came { key: &'a str, message: &'a [u8] },
    Set { key: Range<usize>, message: Range<usize> },
}

/// The attributes of one resource, span, log record..., in their order.
///
/// What is not touched stays in the batch to the byte.
pub struct Attributes<'a> {
    entries: Vec<Entry<'a>>,
    /// What entries that were set consist of.
    made: Vec<u8>,
    changed: bool,
}

impl<'a> Attributes<'a> {
    pub(super) fn new() -> Self {
        Self { entries: Vec::new(), made: Vec::new(), changed: false }
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.made.clear();
        self.changed = false;
    }

    pub(super) fn is_changed(&self) -> bool {
        self.changed
    }

    /// Adds one that came, from its encoded KeyValue.
    pub(super) fn came(&mut self, message: &'a [u8]) -> Result<(), Error> {
        let mut key = "";
        for field in Fields::of(message) {
            let field = field?;
            if let (KEY, Content::Sized(text)) = (field.number, field.content) {
                key = std::str::from_utf8(text).map_err(|_| Error::permanent("the key of an attribute is no UTF-8"))?;
            }
        }
        self.entries.push(Entry::Came { key, message });
        Ok(())
    }

    pub(super) fn write(&self, number: u32, out: &mut Vec<u8>) {
        for entry in &self.entries {
            put_sized(number, self.message(entry), out);
        }
    }

    fn key<'s>(&'s self, entry: &'s Entry<'a>) -> &'s str {
        match entry {
            Entry::Came { key, .. } => key,
            // It was a text when it was set.
            Entry::Set { key, .. } => std::str::from_utf8(&self.made[key.clone()]).unwrap_or_default(),
        }
    }

    fn message<'s>(&'s self, entry: &'s Entry<'a>) -> &'s [u8] {
        match entry {
            Entry::Came { message, .. } => message,
            Entry::Set { message, .. } => &self.made[message.clone()],
        }
    }

    fn value<'s>(&'s self, entry: &'s Entry<'a>) -> Value<'s> {
        let mut value = Value::Empty;
        for field in Fields::of(self.message(entry)).map_while(Result::ok) {
            if let (VALUE, Content::Sized(message)) = (field.number, field.content) {
                value = Value::read(message);
            }
        }
        value
    }

    fn find(&self, key: &str) -> Option<usize> {
        self.entries.iter().position(|entry| self.key(entry) == key)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of a key; None: there is no such key.
    pub fn get(&self, key: &str) -> Option<Value<'_>> {
        self.find(key).map(|at| self.value(&self.entries[at]))
    }

    /// Keys and values, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Value<'_>)> {
        self.entries.iter().map(|entry| (self.key(entry), self.value(entry)))
    }

    /// Gives a key this value: in the place of the one it has, or behind all others.
    pub fn set<'v>(&mut self, key: &str, value: impl Into<Value<'v>>) {
        let value = value.into();
        let start = self.made.len();
        put_sized(KEY, key.as_bytes(), &mut self.made);
        let key_end = self.made.len();
        put_message(VALUE, 0, &mut self.made, |out| value.write(out));
        let entry = Entry::Set { key: key_end - key.len()..key_end, message: start..self.made.len() };
        match self.find(key) {
            Some(at) => self.entries[at] = entry,
            None => self.entries.push(entry),
        }
        self.changed = true;
    }

    /// Takes a key away; whether it was there.
    pub fn remove(&mut self, key: &str) -> bool {
        let before = self.len();
        self.retain(|each, _| each != key);
        self.len() < before
    }

    /// Keeps those that `keep` is true of.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, Value<'_>) -> bool) {
        let kept: Vec<bool> = self.iter().map(|(key, value)| keep(key, value)).collect();
        if kept.iter().all(|keep| *keep) {
            return;
        }
        let mut kept = kept.into_iter();
        self.entries.retain(|_| kept.next().unwrap_or(true));
        self.changed = true;
    }
}

impl std::fmt::Debug for Attributes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
