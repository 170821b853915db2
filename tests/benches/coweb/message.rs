//! Messages of Bayeux, as far as the load needs them.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// A message of the server's.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message<'a> {
    /// Its channel.
    #[serde(borrow)]
    pub channel: Cow<'a, str>,
    /// Whether what it answers was done.
    #[serde(default)]
    pub successful: Option<bool>,
    /// Why not.
    #[serde(borrow, default)]
    pub error: Option<Cow<'a, str>>,
    /// What the server calls the client.
    #[serde(borrow, default)]
    pub client_id: Option<Cow<'a, str>>,
    /// What it carries.
    #[serde(borrow, default)]
    pub data: Option<&'a RawValue>,
    /// Acknowledgements.
    #[serde(default)]
    pub ext: Option<Extensions>,
}

/// What extensions of the protocol say.
#[derive(Deserialize)]
pub struct Extensions {
    /// The number of a batch; in a handshake whether there are any.
    #[serde(default)]
    ack: serde_json::Value,
}

/// An operation, whose value is its number.
#[derive(Deserialize)]
struct Operation<'a> {
    #[serde(borrow)]
    value: Cow<'a, str>,
}

impl Message<'_> {
    /// The number of the batch that it is the head of.
    pub fn batch(&self) -> Option<i64> {
        self.ext.as_ref()?.ack.as_i64()
    }

    /// The number of the operation that it is.
    pub fn operation(&self) -> Option<usize> {
        let data = self.data.filter(|_| self.channel.ends_with("/sync/app") && self.successful.is_none())?;
        serde_json::from_str::<Operation<'_>>(data.get()).ok()?.value.parse().ok()
    }
}

/// Data of an operation, as a client of coweb sends it: one that no engine touches, on the clients or on the server.
pub fn operation(number: usize) -> String {
    format!(
        r#"{{"topic":"coweb.sync.edit.list","value":"{number}","type":null,"position":0,"context":null}}"#
    )
}
