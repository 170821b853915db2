//! Messages of Bayeux, as far as the load needs them.

use std::borrow::Cow;

use anyhow::{Context, Result, ensure};
use memchr::memmem;
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

/// An answer of the bot's, whose topic ends with the number of the request.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    topic: Cow<'a, str>,
    /// Whether there is none.
    #[serde(default)]
    error: bool,
}

/// Where the bot is asked, and where it answers.
pub const REQUESTS: &str = "/service/bot/clock/request";
pub const ANSWERS: &str = "/service/bot/clock/response";
/// What topics of requests begin with, as OpenCoweb's clients make them; then comes the number.
const TOPIC: &str = "coweb.service.response.clock_";

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

    /// The number of the request that it answers.
    ///
    /// # Errors
    /// If the bot has failed.
    pub fn answer(&self) -> Result<Option<usize>> {
        let Some(data) = self.data.filter(|_| self.channel == ANSWERS) else { return Ok(None) };
        let answer: Answer<'_> = serde_json::from_str(data.get()).context("this is no answer")?;
        ensure!(!answer.error, "a request was answered with an error");
        let rest = answer.topic.strip_prefix(TOPIC).context("nobody asked that")?;
        Ok(number(rest.as_bytes()))
    }
}

/// A body of operations or answers, with the answer to a connect at most: what there is by the million while a server is
/// measured. It is searched, not read: the load must have time for what the quickest server sends.
pub struct Bulk<'a> {
    body: &'a [u8],
    /// What stands before each number.
    mark: &'static [u8],
}

impl<'a> Bulk<'a> {
    /// If that is what it is.
    pub fn of(body: &'a [u8]) -> Option<Self> {
        let others: [&[u8]; 4] = [b"/service/session/", b"\"error\"", b"/meta/subscribe", b"/meta/handshake"];
        let only = others.iter().all(|other| memmem::find(body, other).is_none());
        let answers = memmem::find(body, ANSWERS.as_bytes()).is_some();
        let mark = if answers { TOPIC.as_bytes() } else { b"\"value\":" };
        let bulk = Self { body, mark };
        (only && bulk.numbers().next().is_some()).then_some(bulk)
    }

    /// The numbers of the operations or requests, in order.
    pub fn numbers(&self) -> impl Iterator<Item = usize> {
        memmem::find_iter(self.body, self.mark).filter_map(|at| number(&self.body[at + self.mark.len()..]))
    }

    /// The number of the batch that it is.
    pub fn batch(&self) -> Option<i64> {
        let at = memmem::find(self.body, b"\"ack\":")?;
        number(&self.body[at + 6..])?.try_into().ok()
    }

    /// Whether a connect is answered.
    pub fn answers_connect(&self) -> bool {
        memmem::find(self.body, b"/meta/connect").is_some()
    }
}

/// The number that begins a text, behind spaces (some servers write one behind colons) and a quotation mark.
fn number(text: &[u8]) -> Option<usize> {
    let digits = text.iter().skip_while(|byte| matches!(byte, b' ' | b'"'));
    let digits = digits.take_while(|byte| byte.is_ascii_digit());
    let mut digits = digits.map(|digit| usize::from(digit - b'0')).peekable();
    digits.peek()?;
    digits.try_fold(0_usize, |number, digit| number.checked_mul(10)?.checked_add(digit))
}

/// Data of an operation, as a client of coweb sends it: one that no engine touches, on the clients or on the server.
pub fn operation(number: usize) -> String {
    format!(
        r#"{{"topic":"coweb.sync.edit.list","value":"{number}","type":null,"position":0,"context":null}}"#
    )
}

/// Data of a request, as a client of coweb sends it.
pub fn request(number: usize) -> String {
    format!(r#"{{"topic":"{TOPIC}{number}.load","value":{{"now":true}}}}"#)
}
