//! One cooperative event, as a client sends it and as everybody gets it.

use serde::{Deserialize, Deserializer, de::IgnoredAny};
use serde_json::value::RawValue;

/// The longest context that is taken: as many sites as a session can ever have had.
const LONGEST_CONTEXT: usize = 4_096;

/// A cooperative event that may be passed on.
#[derive(Debug)]
pub struct Operation<'a> {
    /// The object as sent, without its closing brace and what follows.
    open: &'a str,
    /// Whether it is subject to the operation engine: then its type says how.
    pub typed: bool,
}

/// Why an event is not passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It has not the shape of one.
    #[error("no cooperative event")]
    Shape,
    /// It says who sent it, or in which order: that is the server's to say.
    #[error("siteId and order are the server's")]
    Forged,
}

/// What the engines of the others rely on. What is not named here is passed on as it is.
#[derive(Deserialize)]
struct Shape<'a> {
    #[serde(borrow, default)]
    topic: Option<&'a RawValue>,
    #[serde(rename = "type", default)]
    kind: Option<Kind>,
    #[serde(default)]
    position: Option<u32>,
    #[serde(default, deserialize_with = "context")]
    context: Option<()>,
    #[serde(rename = "siteId", default)]
    site: Option<IgnoredAny>,
    #[serde(default)]
    order: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Insert,
    Delete,
    Update,
}

/// A list of counts, bounded, and not kept.
fn context<'de, D: Deserializer<'de>>(from: D) -> Result<Option<()>, D::Error> {
    use serde::de::{Error as _, SeqAccess, Visitor};

    struct Counts;

    impl<'de> Visitor<'de> for Counts {
        type Value = Option<()>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a list of counts")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
            let mut count = 0;
            while items.next_element::<u32>()?.is_some() {
                count += 1;
                if count > LONGEST_CONTEXT {
                    return Err(A::Error::custom("too many sites"));
                }
            }
            Ok(Some(()))
        }
    }

    from.deserialize_any(Counts)
}

impl<'a> Operation<'a> {
    /// Reads the data of an application's event: an object. With a type it also has a position and a context.
    ///
    /// # Errors
    /// If the other clients could not take it.
    pub fn app(data: &'a RawValue) -> Result<Self, Malformed> {
        let shape: Shape<'a> = serde_json::from_str(data.get()).map_err(|_| Malformed::Shape)?;
        let typed = shape.kind.is_some();
        if shape.topic.is_none_or(|topic| !topic.get().starts_with('"'))
            || typed && (shape.position.is_none() || shape.context.is_none())
        {
            return Err(Malformed::Shape);
        }
        Self::new(data, &shape, typed)
    }

    /// Reads the data of an engine's event: an object with a context.
    ///
    /// # Errors
    /// If the other clients could not take it.
    pub fn engine(data: &'a RawValue) -> Result<Self, Malformed> {
        let shape: Shape<'a> = serde_json::from_str(data.get()).map_err(|_| Malformed::Shape)?;
        if shape.context.is_none() {
            return Err(Malformed::Shape);
        }
        Self::new(data, &shape, false)
    }

    fn new(data: &'a RawValue, shape: &Shape<'a>, typed: bool) -> Result<Self, Malformed> {
        if shape.site.is_some() || shape.order.is_some() {
            return Err(Malformed::Forged);
        }
        let open = data.get().trim_end().strip_suffix('}').ok_or(Malformed::Shape)?.trim_end();
        Ok(Self { open, typed })
    }

    /// The object as everybody gets it: with the site that sent it, and with its place in the order if it has one.
    pub fn sent_by(&self, site: u32, order: Option<u64>) -> String {
        use std::fmt::Write as _;

        let mut text = String::with_capacity(self.open.len() + 48);
        text.push_str(self.open);
        // It is never empty: a topic or a context is there. Where keys repeat, readers of JSON take the last.
        // Writing to a string does not fail.
        let _ = match order {
            Some(order) => write!(text, ",\"siteId\":{site},\"order\":{order}}}"),
            None => write!(text, ",\"siteId\":{site}}}"),
        };
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.into()).unwrap()
    }

    #[test]
    fn what_an_application_sent_is_passed_on_with_its_site_and_order() {
        let data =
            raw(r#"{"topic":"coweb.sync.x.y","value":"\"b\"","type":"insert","position":0,"context":[0,2]}"#);
        let operation = Operation::app(&data).unwrap();
        assert!(operation.typed);
        let sent: serde_json::Value = serde_json::from_str(&operation.sent_by(2, Some(7))).unwrap();
        let wanted = serde_json::json!({
            "topic": "coweb.sync.x.y", "value": "\"b\"", "type": "insert", "position": 0, "context": [0, 2],
            "siteId": 2, "order": 7,
        });
        assert_eq!(sent, wanted);
    }

    #[test]
    fn an_event_without_a_type_needs_no_context() {
        let data = raw(r#"{"topic":"t","value":"1","type":null,"position":0,"context":null}"#);
        assert!(!Operation::app(&data).unwrap().typed);
    }

    #[test]
    fn an_engines_event_gets_its_site_and_no_order() {
        let data = raw(r#"{"context":[0,2,1]}"#);
        assert_eq!(Operation::engine(&data).unwrap().sent_by(3, None), r#"{"context":[0,2,1],"siteId":3}"#);
    }

    #[test]
    fn a_forged_site_or_order_is_refused() {
        for forged in [
            r#"{"topic":"t","siteId":1}"#,
            r#"{"topic":"t","order":null,"siteId":2}"#,
            r#"{"topic":"t","order":3}"#,
        ] {
            assert_eq!(Operation::app(&raw(forged)).unwrap_err(), Malformed::Forged, "{forged}");
        }
    }

    #[test]
    fn what_would_break_the_engines_of_others_is_refused() {
        let long =
            format!(r#"{{"topic":"t","type":"insert","position":0,"context":[{}0]}}"#, "0,".repeat(5_000));
        for wrong in [
            "[]",
            "1",
            "null",
            "{}",
            r#"{"topic":1}"#,
            r#"{"topic":"t","type":"explode"}"#,
            r#"{"topic":"t","type":"insert","position":-1,"context":[0]}"#,
            r#"{"topic":"t","type":"insert","position":0,"context":null}"#,
            r#"{"topic":"t","type":"insert","position":0,"context":["a"]}"#,
            r#"{"topic":"t","topic":"u"}"#,
            &long,
        ] {
            assert_eq!(Operation::app(&raw(wrong)).unwrap_err(), Malformed::Shape, "{wrong}");
        }
    }
}
