//! From place to place in an encoded batch: what nobody looks at is copied, what is looked at is written anew if it was
//! changed.

use super::Edit;
use super::attributes::Attributes;
use super::place::{self, Child, Place, Shape};
use super::wire::{Content, Fields, put_message};
use crate::error::Error;

/// The batch as the component changed it; None: it changed nothing.
pub(super) fn edited<T: Edit>(component: &T, signal: u32, otlp: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    let mut walk = Walk { component, wanted: place::bits(T::PLACES), attributes: Attributes::new() };
    // Room for some more attributes: what doesn't fit costs another copy.
    let mut out = Vec::with_capacity(otlp.len() + otlp.len() / 4);
    let changed = walk.message(place::batch(signal), otlp, &mut out)?;
    Ok(changed.then_some(out))
}

struct Walk<'t, 'a, T> {
    component: &'t T,
    wanted: u32,
    /// Of the message at hand: kept for its memory.
    attributes: Attributes<'a>,
}

impl<'a, T: Edit> Walk<'_, 'a, T> {
    /// Writes a message; whether it differs from the one that came.
    fn message(&mut self, shape: &'static Shape, message: &'a [u8], out: &mut Vec<u8>) -> Result<bool, Error> {
        let own = shape.attributes.filter(|(_, place)| self.wanted & place.bit() != 0);
        // The field that is written already.
        let mut written = None;
        if let Some((number, place)) = own
            && self.changes(number, place, message)?
        {
            self.attributes.write(number, out);
            written = Some(number);
        }
        let children = if self.wants_children(shape) { shape.children } else { &[] };
        if written.is_none() && children.is_empty() {
            out.extend_from_slice(message);
            return Ok(false);
        }
        let within = self.fields(children, message, written, out)?;
        Ok(within || written.is_some())
    }

    fn wants_children(&self, shape: &Shape) -> bool {
        shape.children.iter().any(|child| child.shape.within & self.wanted != 0)
    }

    /// Lets the component have the attributes of a message; whether it changed them.
    fn changes(&mut self, number: u32, place: Place, message: &'a [u8]) -> Result<bool, Error> {
        self.attributes.clear();
        for field in Fields::of(message) {
            let field = field?;
            if let (true, Content::Sized(attribute)) = (field.number == number, field.content) {
                self.attributes.came(attribute)?;
            }
        }
        self.component.edit(place, &mut self.attributes)?;
        Ok(self.attributes.is_changed())
    }

    /// Writes the fields of a message, but for one that is written already; whether one of its messages was changed.
    fn fields(
        &mut self,
        children: &'static [Child],
        message: &'a [u8],
        written: Option<u32>,
        out: &mut Vec<u8>,
    ) -> Result<bool, Error> {
        let mut changed = false;
        let mut implied: Vec<&Child> =
            children.iter().filter(|child| child.implied && child.shape.within & self.wanted != 0).collect();
        // What lies between those that are looked at is copied in one go.
        let (mut copied, mut at) = (0, 0);
        for field in Fields::of(message) {
            let field = field?;
            let start = std::mem::replace(&mut at, field.end);
            if Some(field.number) == written {
                out.extend_from_slice(&message[copied..start]);
                copied = at;
                continue;
            }
            let child = children.iter().find(|child| child.number == field.number);
            let (Some(child), Content::Sized(inner)) = (child, field.content) else { continue };
            implied.retain(|missing| missing.number != field.number);
            if child.shape.within & self.wanted == 0 {
                continue;
            }
            out.extend_from_slice(&message[copied..start]);
            copied = at;
            changed |= put_message(child.number, inner.len(), out, |out| self.message(child.shape, inner, out))?;
        }
        out.extend_from_slice(&message[copied..]);
        for child in implied {
            let before = out.len();
            if put_message(child.number, 0, out, |out| self.message(child.shape, &[], out))? {
                changed = true;
            } else {
                out.truncate(before);
            }
        }
        Ok(changed)
    }
}
