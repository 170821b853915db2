//! Where an extension wants to go, read from a URL.

use std::str::FromStr;

use url::Url;

use super::error::Error;
use crate::sandbox::grants::{Endpoint, Host, Via};

/// The longest URL that is read, in bytes.
const LONGEST_URL: usize = 8 << 10;

/// How to speak to a [`Target`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Bytes.
    Tcp,
    /// Bytes over TLS.
    Tls,
    /// WebSocket messages (RFC 6455).
    Ws,
    /// WebSocket messages over TLS.
    Wss,
    /// HTTP requests.
    Http,
    /// HTTP requests over TLS.
    Https,
}

impl Scheme {
    /// Whether it begins with TLS.
    pub fn is_secure(self) -> bool {
        matches!(self, Self::Tls | Self::Wss | Self::Https)
    }

    fn of(url: &Url) -> Option<Self> {
        Some(match url.scheme() {
            "tcp" => Self::Tcp,
            "tls" => Self::Tls,
            "ws" => Self::Ws,
            "wss" => Self::Wss,
            "http" => Self::Http,
            "https" => Self::Https,
            _ => return None,
        })
    }

    fn via(self) -> Via {
        match self {
            Self::Tcp | Self::Tls | Self::Ws | Self::Wss => Via::Connection,
            Self::Http => Via::Http,
            Self::Https => Via::Https,
        }
    }
}

/// A URL that says where to connect to and no more: no user, no password, no fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// How to speak there.
    pub scheme: Scheme,
    /// Where it is, and how that is granted.
    pub endpoint: Endpoint,
    url: Url,
}

impl Target {
    /// The URL in its normal form (WHATWG URL, section 4.5).
    pub fn url(&self) -> &str {
        self.url.as_str()
    }
}

impl FromStr for Target {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let other = |words: &str| Error::Other(words.to_owned());
        if text.len() > LONGEST_URL {
            return Err(other("the URL is longer than 8 KiB"));
        }
        let mut url = Url::parse(text).map_err(|error| Error::Other(format!("this is no URL: {error}")))?;
        let scheme = Scheme::of(&url).ok_or_else(|| {
            Error::Other(format!(
                "the scheme `{}:` is not one of tcp, tls, ws, wss, http, https",
                url.scheme()
            ))
        })?;
        // A password in a URL ends up in logs; `send-filled` and `{secret:NAME}` are there instead.
        if !url.username().is_empty() || url.password().is_some() {
            return Err(other("a URL may not carry a user name or password"));
        }
        let host = url.host_str().unwrap_or_default();
        let host: Host =
            host.parse().map_err(|_| other("the URL's host is neither a name nor an address"))?;
        let port = url.port_or_known_default().filter(|port| *port != 0);
        let port = port.ok_or_else(|| other("the URL needs a port, as in tcp://irc.example.com:6667"))?;
        match scheme {
            Scheme::Tcp | Scheme::Tls => {
                if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
                    return Err(other("the URL of a connection of bytes ends with its port"));
                }
            }
            // RFC 6455, section 3.
            Scheme::Ws | Scheme::Wss if url.fragment().is_some() => {
                return Err(other("the URL of a WebSocket may not have a fragment"));
            }
            Scheme::Ws | Scheme::Wss => {}
            // Of no concern to a server (RFC 9110, section 7.1).
            Scheme::Http | Scheme::Https => url.set_fragment(None),
        }
        Ok(Self { scheme, endpoint: Endpoint { via: scheme.via(), host, port }, url })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_say_where_to_go() {
        for (text, scheme, endpoint, url) in [
            ("tcp://irc.libera.chat:6667", Scheme::Tcp, "irc.libera.chat:6667", "tcp://irc.libera.chat:6667"),
            (
                "TLS://Irc.Libera.Chat.:6697/",
                Scheme::Tls,
                "irc.libera.chat:6697",
                "tls://Irc.Libera.Chat.:6697/",
            ),
            ("tcp://%6cocalhost:1", Scheme::Tcp, "localhost:1", "tcp://%6cocalhost:1"),
            ("tcp://2130706433:1", Scheme::Tcp, "127.0.0.1:1", "tcp://2130706433:1"),
            ("tcp://[::ffff:127.0.0.1]:1", Scheme::Tcp, "127.0.0.1:1", "tcp://[::ffff:7f00:1]:1"),
            ("ws://example.com/chat?x=1", Scheme::Ws, "example.com:80", "ws://example.com/chat?x=1"),
            ("wss://example.com", Scheme::Wss, "example.com:443", "wss://example.com/"),
            ("http://2130706433/", Scheme::Http, "http://127.0.0.1", "http://127.0.0.1/"),
            ("http://0177.0.0.1:8080/", Scheme::Http, "http://127.0.0.1:8080", "http://127.0.0.1:8080/"),
            ("http://0x7f.1/", Scheme::Http, "http://127.0.0.1", "http://127.0.0.1/"),
            ("https://example.com/a#b", Scheme::Https, "https://example.com", "https://example.com/a"),
            (
                "https:\\\\example.com\\@evil.example/",
                Scheme::Https,
                "https://example.com",
                "https://example.com/@evil.example/",
            ),
        ] {
            let target = text.parse::<Target>().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(
                (target.scheme, target.endpoint.to_string(), target.url()),
                (scheme, endpoint.into(), url)
            );
        }
    }

    #[test]
    fn what_is_more_or_less_than_a_target_is_refused() {
        let long = format!("https://example.com/{}", "a".repeat(LONGEST_URL));
        for (text, part) in [
            ("irc.libera.chat:6697", "scheme"),
            ("/etc/passwd", "no URL"),
            ("file:///etc/passwd", "scheme `file:`"),
            ("tcp://irc.libera.chat", "needs a port"),
            ("tcp://irc.libera.chat:0", "needs a port"),
            ("tcp://irc.libera.chat:99999", "no URL"),
            ("tcp://irc.libera.chat:1/path", "ends with its port"),
            ("tcp:irc.libera.chat:1", "host"),
            ("tcp://:1", "no URL"),
            ("tcp://1.2.3.4.5:1", "host"),
            ("tcp://a b:1", "no URL"),
            ("http://me@example.com/", "user name"),
            ("http://:secret@example.com/", "user name"),
            ("http://example.com@127.0.0.1/", "user name"),
            ("https://{secret:x}.example.com/", "no URL"),
            ("wss://example.com/#a", "fragment"),
            (&long, "8 KiB"),
        ] {
            let error = text.parse::<Target>().unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
