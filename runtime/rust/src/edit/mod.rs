//! Processors that change attributes and nothing else: they work on the encoded batch, so that the rest of it is neither
//! decoded nor encoded.

mod attributes;
mod place;
mod value;
mod walk;
mod wire;

pub use attributes::Attributes;
pub use place::Place;
pub use value::{Nested, Value};

use crate::component::Component;
use crate::error::Error;
use crate::signal::Signal;

/// A processor of attributes: of any signal, by one function. Register it with [`editor`](crate::editor).
///
/// It sees one set of attributes after the other, borrowed from the batch as it came. What it doesn't touch goes on to the
/// byte, and a batch that it changes nothing of goes on as it came. In the plugin that takes a fifth of the time of
/// [`Process`](crate::Process), which decodes and encodes everything, and is the trait for what attributes don't tell.
///
/// ```
/// use otelcol_plugin::prelude::*;
///
/// # #[derive(Default, Serialize, Deserialize, JsonSchema)]
/// # #[serde(default)]
/// # struct Config {}
/// /// Marks what failed, and forgets whom it was for.
/// struct Failed;
///
/// impl Component for Failed {
///     // ...
/// #     type Config = Config;
/// #     const TYPE: &'static str = "failed";
/// #     fn create(_: Config, _: &Instance) -> Result<Self, Error> { Ok(Self) }
/// }
///
/// impl Edit for Failed {
///     const PLACES: &'static [Place] = &[Place::Span, Place::LogRecord];
///
///     fn edit(&self, _: Place, attributes: &mut Attributes<'_>) -> Result<(), Error> {
///         if let Some(Value::Int(500..)) = attributes.get("http.response.status_code") {
///             attributes.set("failed", true);
///             attributes.remove("enduser.id");
///         }
///         Ok(())
///     }
/// }
///
/// otelcol_plugin::export!(editor::<Failed>().traces(Stability::Alpha).logs(Stability::Alpha));
/// ```
pub trait Edit: Component {
    /// Where it looks at attributes: what is elsewhere it doesn't see, and costs nothing.
    const PLACES: &'static [Place] = Place::ALL;

    /// Changes the attributes of one resource, span, log record... Called from many threads at once. A resource or scope
    /// that the batch leaves out has none yet.
    fn edit(&self, place: Place, attributes: &mut Attributes<'_>) -> Result<(), Error>;
}

/// What the Collector gets of a batch that goes through an editor, for tests of one.
///
/// ```
/// # use otelcol_plugin::prelude::*;
/// # #[derive(Default, Serialize, Deserialize, JsonSchema)]
/// # #[serde(default)]
/// # struct Config {}
/// # struct Tag;
/// # impl Component for Tag {
/// #     type Config = Config;
/// #     const TYPE: &'static str = "tag";
/// #     fn create(_: Config, _: &Instance) -> Result<Self, Error> { Ok(Self) }
/// # }
/// # impl Edit for Tag {
/// #     const PLACES: &'static [Place] = &[Place::Resource];
/// #     fn edit(&self, _: Place, attributes: &mut Attributes<'_>) -> Result<(), Error> {
/// #         attributes.set("team", "blue");
/// #         Ok(())
/// #     }
/// # }
/// use otelcol_plugin::proto::logs::v1::{LogsData, ResourceLogs};
///
/// let batch = LogsData { resource_logs: vec![ResourceLogs::default()] };
/// let edited = otelcol_plugin::edited(&Tag, &batch).unwrap();
/// assert_eq!(edited.resource_logs[0].resource.as_ref().unwrap().attributes[0].key, "team");
/// ```
pub fn edited<S: Signal>(component: &impl Edit, batch: &S) -> Result<S, Error> {
    let otlp = batch.encode_to_vec();
    let changed = encoded(component, S::CODE, &otlp)?;
    S::decode(changed.as_deref().unwrap_or(&otlp)).map_err(Error::permanent)
}

/// The batch as the component changed it; None: it changed nothing.
pub(crate) fn encoded(component: &impl Edit, signal: u32, otlp: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    walk::edited(component, signal, otlp)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Instance;
    use crate::proto::common::v1::{AnyValue, KeyValue, any_value};
    use crate::proto::trace::v1::{ResourceSpans, ScopeSpans, Span, TracesData, span::Event};
    use prost::Message;

    #[derive(Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
    struct Config {}

    struct Marks;

    impl Component for Marks {
        type Config = Config;
        const TYPE: &'static str = "marks";
        fn create(_: Config, _: &Instance) -> Result<Self, Error> {
            Ok(Self)
        }
    }

    impl Edit for Marks {
        fn edit(&self, _: Place, attributes: &mut Attributes<'_>) -> Result<(), Error> {
            attributes.retain(|_, value| value != Value::Int(3));
            attributes.set("seen", true);
            Ok(())
        }
    }

    fn batch() -> Vec<u8> {
        let value = |value| Some(AnyValue { value: Some(value) });
        let attributes = vec![
            KeyValue { key: "a".into(), value: value(any_value::Value::StringValue("b".into())), ..Default::default() },
            KeyValue { key: "c".into(), value: value(any_value::Value::IntValue(3)), ..Default::default() },
        ];
        let events = vec![Event { attributes: attributes.clone(), ..Default::default() }];
        let span = Span { name: "x".into(), attributes, events, ..Default::default() };
        let scope_spans = vec![ScopeSpans { spans: vec![span], ..Default::default() }];
        TracesData { resource_spans: vec![ResourceSpans { scope_spans, ..Default::default() }] }.encode_to_vec()
    }

    /// What can be read can be read afterwards; what can't is an error, or goes on as damaged as it came. Nothing panics.
    #[test]
    fn no_byte_of_a_batch_can_do_harm() {
        let whole = batch();
        let cut = (0..whole.len()).map(|size| whole[..size].to_vec());
        let flipped = (0..whole.len() * 256).map(|i| {
            let mut bytes = whole.clone();
            bytes[i / 256] = i as u8;
            bytes
        });
        for bytes in cut.chain(flipped) {
            if let (Ok(_), Ok(Some(edited))) = (TracesData::decode(&*bytes), encoded(&Marks, TracesData::CODE, &bytes))
            {
                let edited = TracesData::decode(&*edited);
                assert!(edited.is_ok(), "{bytes:x?}: {edited:?}");
            }
        }
    }

    #[test]
    fn what_is_cut_says_so() {
        let whole = batch();
        let failed = encoded(&Marks, TracesData::CODE, &whole[..whole.len() - 1]).unwrap_err();
        assert_eq!(failed.to_string(), "a field is cut or has no known form");
        assert!(!failed.is_retryable());
    }
}
