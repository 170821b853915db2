//! What an extension asks for: one host and port, and the way it wants to speak there.

use std::{
    fmt::{self, Display},
    net::IpAddr,
    str::FromStr,
};

/// The longest name that DNS can carry, in bytes (RFC 1035, section 2.3.4).
const LONGEST_NAME: usize = 253;

/// A host as it was asked for. There is one spelling of each: two hosts are the same if and only if they are equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    /// A name in lower case and ASCII (IDNA, RFC 5891), without a dot at its end.
    Name(String),
    /// An address, and never an IPv4 one in IPv6's clothes (`::ffff:…`).
    Ip(IpAddr),
}

/// A text that is no host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is neither a name nor an address")]
pub struct NoHost;

impl FromStr for Host {
    type Err = NoHost;

    /// Reads a host as browsers do (WHATWG URL, section 3.5): `[::1]` has brackets, and what ends in a number is an
    /// IPv4 address, be it decimal (`2130706433`), octal (`0177.0.0.1`), hexadecimal or short (`127.1`). A resolver
    /// that takes such forms for an address is thus never asked.
    fn from_str(text: &str) -> Result<Self, NoHost> {
        let name = match url::Host::parse(text).map_err(|_| NoHost)? {
            url::Host::Ipv4(ip) => return Ok(Self::Ip(ip.into())),
            url::Host::Ipv6(ip) => return Ok(Self::Ip(ip.to_canonical())),
            url::Host::Domain(name) => name,
        };
        let name = name.strip_suffix('.').unwrap_or(&name);
        // More dots at the end, or one alone, are no name.
        if name.is_empty() || name.ends_with('.') || name.len() > LONGEST_NAME {
            return Err(NoHost);
        }
        Ok(Self::Name(name.to_owned()))
    }
}

impl Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Ip(IpAddr::V4(ip)) => ip.fmt(f),
            Self::Ip(IpAddr::V6(ip)) => write!(f, "[{ip}]"),
        }
    }
}

/// The way to speak to an endpoint; each is granted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Via {
    /// A connection of bytes or WebSocket messages: `net`.
    Connection,
    /// HTTP requests in the clear: `http`.
    Http,
    /// HTTP requests over TLS: `http`.
    Https,
}

impl Via {
    /// The port that is meant where none is given.
    pub(super) fn default_port(self) -> Option<u16> {
        match self {
            Self::Connection => None,
            Self::Http => Some(80),
            Self::Https => Some(443),
        }
    }

    /// What goes before the host in writing.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Connection => "",
            Self::Http => "http://",
            Self::Https => "https://",
        }
    }
}

/// One thing to connect to. Displayed as its grant is written: `irc.libera.chat:6697`, `https://api.example.com`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// How.
    pub via: Via,
    /// Where to.
    pub host: Host,
    /// The TCP port; not 0.
    pub port: u16,
}

impl Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.via.prefix(), self.host)?;
        if self.via.default_port() == Some(self.port) { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_has_one_spelling() {
        for (text, host) in [
            ("Irc.Libera.Chat.", "irc.libera.chat"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("%6cocalhost", "localhost"),
            ("ⓛocalhost", "localhost"),
            ("2130706433", "127.0.0.1"),
            ("0x7f000001", "127.0.0.1"),
            ("0177.0.0.1", "127.0.0.1"),
            ("127.1", "127.0.0.1"),
            ("127.0.0.1.", "127.0.0.1"),
            ("[::1]", "[::1]"),
            ("[::ffff:127.0.0.1]", "127.0.0.1"),
            ("[::ffff:7f00:1]", "127.0.0.1"),
        ] {
            assert_eq!(text.parse::<Host>().map(|host| host.to_string()).as_deref(), Ok(host), "{text}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        let long = format!("{}.example", "a.".repeat(130));
        for text in [
            "",
            ".",
            "a..",
            "::1",
            "[::1",
            "a b",
            "a/b",
            "a@b",
            "a:1",
            "1.2.3.4.5",
            "256.1.1.1",
            "%00",
            &long,
        ] {
            assert_eq!(text.parse::<Host>(), Err(NoHost), "{text}");
        }
    }
}
