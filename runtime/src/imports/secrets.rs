//! Secrets: what the host fills in for an extension, towards whom each may go, and which the extension never sees.
//!
//! What an extension is kept from is the value, not what becomes of it: a peer that a secret was granted for can send
//! it back, and an extension that may send a password to a chat server can say it in a room there. So a secret names
//! the peers that it may go to, and an extension the secrets that it may use.

use std::collections::HashMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};

use super::error::Error;
use crate::sandbox::grants::{Address, Denial, Grants, Host};

/// What may stand in the path or query of a URL as it is (RFC 3986, sections 2.3 and 3.3), and means nothing there.
const IN_URL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// A value that the host knows, and where it may go.
#[derive(Debug)]
pub struct Secret {
    /// The value, which nothing shows.
    pub value: SecretString,
    /// Who may get it: the host as it was asked for, and the port.
    pub to: Vec<Address>,
    /// Whether it may cross the public Internet without TLS.
    pub in_clear: bool,
}

/// Who would get a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// The terminal that started the host.
    Terminal,
    /// Somebody on the network.
    Network {
        /// The host that was asked for, and the one that it proves to be, if another: a secret must be for both.
        hosts: Vec<Host>,
        /// The port.
        port: u16,
        /// Whether the way there is public and in the clear.
        exposed: bool,
    },
}

/// A stretch of a [`Part`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// These bytes.
    Bytes(Vec<u8>),
    /// The secret of this name.
    Secret(String),
}

/// How a [`Part`] is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Plain,
    /// RFC 4648, section 4, with padding.
    Base64,
    /// The inside of a JSON string (RFC 8259, section 7).
    Json,
}

/// Pieces that are put together and then encoded as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// In order.
    pub pieces: Vec<Piece>,
    /// As one.
    pub encoding: Encoding,
}

/// Where a template is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// In the path or query of a URL: percent-encoded (RFC 3986, section 2.1), so that it stays what it stands in.
    Url,
    /// In a header's value, as it is: no line ends there.
    Header,
}

/// All secrets that are configured, by name.
#[derive(Debug, Default)]
pub struct Secrets(HashMap<String, Secret>);

impl FromIterator<(String, Secret)> for Secrets {
    fn from_iter<I: IntoIterator<Item = (String, Secret)>>(secrets: I) -> Self {
        Self(secrets.into_iter().collect())
    }
}

impl Secrets {
    /// Puts parts together for `peer`, for an extension with these grants. At most `limit` bytes.
    ///
    /// # Errors
    /// `Denied` if a secret is not granted to the extension or not for this peer, `Full` beyond the limit, `Other` if
    /// what is to be written as JSON is no text.
    pub fn fill(&self, parts: &[Part], grants: &Grants, peer: &Peer, limit: usize) -> Result<Bytes, Error> {
        let mut message = Vec::new();
        for part in parts {
            let mut whole = Vec::new();
            for piece in &part.pieces {
                let bytes = match piece {
                    Piece::Bytes(bytes) => bytes,
                    Piece::Secret(name) => self.reveal(name, grants, peer)?.as_bytes(),
                };
                // One secret may be named often: checked before anything grows.
                if message.len() + whole.len() + bytes.len() > limit {
                    return Err(Error::Full);
                }
                whole.extend_from_slice(bytes);
            }
            match part.encoding {
                Encoding::Plain => message.append(&mut whole),
                Encoding::Base64 => message.extend_from_slice(BASE64_STANDARD.encode(whole).as_bytes()),
                Encoding::Json => {
                    let text = String::from_utf8(whole);
                    let text =
                        text.map_err(|_| Error::Other("what is to be written as JSON is no UTF-8".into()))?;
                    let quoted = serde_json::Value::String(text).to_string();
                    message.extend_from_slice(&quoted.as_bytes()[1..quoted.len() - 1]);
                }
            }
        }
        if message.len() > limit { Err(Error::Full) } else { Ok(message.into()) }
    }

    /// Fills in every `{secret:NAME}` of a template, for `peer` and an extension with these grants.
    ///
    /// # Errors
    /// `Denied` if a secret is not granted to the extension or not for this peer, `Other` if a `{secret:` has no end.
    pub fn fill_template(
        &self,
        template: &str,
        slot: Slot,
        grants: &Grants,
        peer: &Peer,
    ) -> Result<String, Error> {
        const OPENING: &str = "{secret:";
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some(begin) = rest.find(OPENING) {
            filled.push_str(&rest[..begin]);
            let named = &rest[begin + OPENING.len()..];
            let end = named.find('}').ok_or_else(|| Error::Other("a {secret:NAME} has no end".into()))?;
            let value = self.reveal(&named[..end], grants, peer)?;
            match slot {
                Slot::Url => filled.extend(utf8_percent_encode(value, IN_URL)),
                Slot::Header if value.contains(['\r', '\n', '\0']) => {
                    return Err(Error::Other("a secret of several lines does not fit into a header".into()));
                }
                Slot::Header => filled.push_str(value),
            }
            rest = &named[end + 1..];
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// The value, if this extension may use it towards this peer.
    fn reveal(&self, name: &str, grants: &Grants, peer: &Peer) -> Result<&str, Error> {
        grants.check_secret(name)?;
        let secret =
            self.0.get(name).ok_or_else(|| Error::Other(format!("no secret {name:?} is configured")))?;
        let deny = |what: String, why: &str, add: String| {
            let why = format!("may not get the secret {name:?}{why}");
            Err(Denial { what, why, add: format!("[secret.{name}] {add}") }.into())
        };
        match peer {
            Peer::Terminal if secret.to.iter().any(Address::is_stdio) => Ok(secret.value.expose_secret()),
            Peer::Terminal => deny("stdio:".into(), "", "to = [\"stdio:\"]".into()),
            Peer::Network { hosts, port, exposed } => {
                let stranger = hosts.iter().find(|host| !secret.to.iter().any(|to| to.names(host, *port)));
                if let Some(host) = stranger {
                    let address = format!("{host}:{port}");
                    let add = format!("to = [\"{address}\"]");
                    return deny(address, "", add);
                }
                if *exposed && !secret.in_clear {
                    let address = hosts.first().map(|host| format!("{host}:{port}")).unwrap_or_default();
                    return deny(address, " without TLS", "in-clear = true".into());
                }
                Ok(secret.value.expose_secret())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use proptest::prelude::*;

    use super::*;

    fn secret(value: &str, to: &[&str]) -> Secret {
        let to = to.iter().map(|text| text.parse().unwrap()).collect();
        Secret { value: value.into(), to, in_clear: false }
    }

    fn secrets() -> Secrets {
        let all = ["irc.example:6697", "*.api.example:443", "10.0.0.1:6667"];
        [
            ("password", secret("pa\"ss", &all)),
            ("token", secret("123:AB/c d&e=f?#%", &all)),
            ("lines", secret("a\r\nInjected: b", &all)),
            ("screen", secret("seen", &["stdio:"])),
            ("not-granted", secret("never", &all)),
        ]
        .into_iter()
        .map(|(name, secret)| (name.to_owned(), secret))
        .collect()
    }

    fn grants() -> Grants {
        let secrets = ["password", "token", "lines", "screen", "not-configured"];
        Grants { secrets: secrets.map(String::from).into(), ..Grants::default() }
    }

    fn peer(host: &str, port: u16) -> Peer {
        Peer::Network { hosts: vec![host.parse().unwrap()], port, exposed: false }
    }

    fn part(encoding: Encoding, name: &str) -> Part {
        Part { pieces: vec![Piece::Bytes(b"me\0".to_vec()), Piece::Secret(name.into())], encoding }
    }

    /// What was denied, and the line that would allow it.
    fn denied<T: Debug>(result: Result<T, Error>) -> (String, String) {
        match result {
            Err(Error::Denied(denial)) => (denial.what, denial.add),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn parts_are_filled_and_encoded() {
        let irc = peer("irc.example", 6697);
        let fill = |parts: &[Part], limit| secrets().fill(parts, &grants(), &irc, limit);
        let line = Part { pieces: vec![Piece::Bytes(b"AUTHENTICATE ".to_vec())], encoding: Encoding::Plain };
        let filled = fill(&[line, part(Encoding::Base64, "password")], 100).unwrap();
        assert_eq!(filled, "AUTHENTICATE bWUAcGEic3M=");
        assert_eq!(fill(&[part(Encoding::Json, "password")], 100).unwrap(), "me\\u0000pa\\\"ss");
        assert_eq!(fill(&[part(Encoding::Plain, "password")], 8).unwrap(), "me\0pa\"ss");
        assert_eq!(fill(&[part(Encoding::Plain, "password")], 7), Err(Error::Full));
        assert_eq!(fill(&[part(Encoding::Base64, "password")], 11), Err(Error::Full));
        let binary = Part { pieces: vec![Piece::Bytes(vec![0xff])], encoding: Encoding::Json };
        assert!(matches!(fill(&[binary], 100), Err(Error::Other(_))));
    }

    #[test]
    fn a_secret_goes_where_it_may_and_nowhere_else() {
        let reveal =
            |name: &str, peer: &Peer| secrets().fill(&[part(Encoding::Plain, name)], &grants(), peer, 100);
        assert!(reveal("password", &peer("irc.example", 6697)).is_ok());
        let line = "[secret.password] to = [\"irc.example:6667\"]";
        assert_eq!(
            denied(reveal("password", &peer("irc.example", 6667))),
            ("irc.example:6667".into(), line.into())
        );
        assert_eq!(denied(reveal("password", &peer("evil.example", 6697))).0, "evil.example:6697");
        assert_eq!(denied(reveal("password", &Peer::Terminal)).0, "stdio:");
        assert!(reveal("screen", &Peer::Terminal).is_ok());
        assert_eq!(denied(reveal("not-granted", &peer("irc.example", 6697))).0, "the secret \"not-granted\"");
        assert!(matches!(reveal("not-configured", &peer("irc.example", 6697)), Err(Error::Other(_))));
        // STARTTLS with a peer that proves to be somebody else.
        let proven = |name: &str| Peer::Network {
            hosts: vec!["irc.example".parse().unwrap(), name.parse().unwrap()],
            port: 6697,
            exposed: false,
        };
        assert!(reveal("password", &proven("irc.example")).is_ok());
        assert_eq!(denied(reveal("password", &proven("evil.example"))).0, "evil.example:6697");
    }

    #[test]
    fn a_secret_crosses_the_internet_in_the_clear_only_if_it_may() {
        let exposed =
            Peer::Network { hosts: vec!["irc.example".parse().unwrap()], port: 6697, exposed: true };
        for in_clear in [false, true] {
            let secret = Secret { in_clear, ..secret("value", &["irc.example:6697"]) };
            let secrets: Secrets = [("password".to_owned(), secret)].into_iter().collect();
            let filled = secrets.fill(&[part(Encoding::Plain, "password")], &grants(), &exposed, 100);
            assert_eq!(filled.is_ok(), in_clear, "{filled:?}");
        }
    }

    #[test]
    fn templates_are_filled() {
        let api = peer("v1.api.example", 443);
        let fill = |template: &str, slot| secrets().fill_template(template, slot, &grants(), &api);
        let url =
            fill("https://v1.api.example/bot{secret:token}/send?k={secret:password}", Slot::Url).unwrap();
        assert_eq!(url, "https://v1.api.example/bot123:AB%2Fc%20d%26e%3Df%3F%23%25/send?k=pa%22ss");
        assert_eq!(fill("Bearer {secret:password}", Slot::Header).unwrap(), "Bearer pa\"ss");
        assert_eq!(fill("{other} {secret} {", Slot::Header).unwrap(), "{other} {secret} {");
        // What is filled in is not looked at again.
        assert!(matches!(fill("{secret:lines}", Slot::Header), Err(Error::Other(_))));
        assert!(matches!(fill("{secret:password", Slot::Header), Err(Error::Other(_))));
        assert!(matches!(fill("{secret:}", Slot::Header), Err(Error::Denied(_))));
        let elsewhere = peer("evil.example", 443);
        let result = secrets().fill_template("{secret:token}", Slot::Header, &grants(), &elsewhere);
        assert_eq!(denied(result).0, "evil.example:443");
    }

    #[test]
    fn secrets_are_never_shown() {
        let shown = format!("{:?}", secrets());
        assert!(!shown.contains("pa\"ss") && !shown.contains("never"), "{shown}");
    }

    proptest! {
        #[test]
        fn a_secret_in_a_url_changes_nothing_but_itself(value in "[^/]*") {
            let secrets: Secrets = [("token".to_owned(), secret(&value, &["api.example:443"]))].into_iter().collect();
            let fill = |template| secrets.fill_template(template, Slot::Url, &grants(), &peer("api.example", 443));
            let url = url::Url::parse(&fill("https://api.example/a/x{secret:token}/b?k={secret:token}&l=1").unwrap()).unwrap();
            prop_assert_eq!(url.host_str(), Some("api.example"));
            prop_assert_eq!(url.path_segments().unwrap().count(), 3);
            let query: Vec<_> = url.query_pairs().collect();
            prop_assert_eq!(&*query[0].1, value.as_str());
            prop_assert_eq!(query.len(), 2);
        }
    }
}
