//! The names that messages travel under.

/// Bytes of the longest channel name.
const LONGEST: usize = 255;

/// A checked channel name, or a pattern of channel names: `/*` at the end stands for one segment, `/**` for one or more
/// (Bayeux 1.0, section 2.2.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Channel {
    name: Box<str>,
    wild: Wild,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Wild {
    No,
    One,
    Many,
}

/// It is no channel name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("invalid channel")]
pub struct InvalidChannel;

impl Channel {
    /// Takes a name apart.
    ///
    /// # Errors
    /// Unless it is at most 255 bytes of segments that are each begun by `/` and made of letters, digits and `-_!~()$@.`;
    /// the last may be `*` or `**`. The dot is not in the grammar of Bayeux, but CometD takes it.
    pub fn parse(name: &str) -> Result<Self, InvalidChannel> {
        if name.len() > LONGEST {
            return Err(InvalidChannel);
        }
        let segments = name.strip_prefix('/').ok_or(InvalidChannel)?;
        let (plain, wild) = match segments.rsplit_once('/').map_or(("", segments), |split| split) {
            (plain, "*") => (plain, Wild::One),
            (plain, "**") => (plain, Wild::Many),
            _ => (segments, Wild::No),
        };
        let top = plain.is_empty() && wild != Wild::No && !segments.starts_with('/');
        let sound = |segment: &str| !segment.is_empty() && segment.bytes().all(allowed);
        if !top && !plain.split('/').all(sound) {
            return Err(InvalidChannel);
        }
        Ok(Self { name: name.into(), wild })
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// Whether it is a pattern.
    pub fn is_wild(&self) -> bool {
        self.wild != Wild::No
    }

    /// What is between the slashes; `*` and `**` are segments too. At least one.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.name.split('/').skip(1)
    }

    /// Whether its first segment is `meta`: the protocol's own.
    pub(super) fn is_meta(&self) -> bool {
        self.segments().next() == Some("meta")
    }

    /// Whether `channel` is this one, or fits this pattern. A pattern fits no pattern but itself.
    pub fn matches(&self, channel: &str) -> bool {
        match self.wild {
            Wild::No => channel == &*self.name,
            wild => {
                let stem = self.name.trim_end_matches('*');
                channel == &*self.name
                    || channel.strip_prefix(stem).is_some_and(|rest| {
                        !rest.is_empty() && !rest.contains('*') && (wild == Wild::Many || !rest.contains('/'))
                    })
            }
        }
    }
}

impl AsRef<str> for Channel {
    fn as_ref(&self) -> &str {
        &self.name
    }
}

/// Letters, digits and marks (Bayeux 1.0, section 2.1).
fn allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_!~()$@.".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(name: &str) -> Channel {
        Channel::parse(name).unwrap()
    }

    #[test]
    fn names_and_patterns_are_told_apart() {
        for name in ["/a", "/a/b", "/session/0af/sync/app", "/a.b/-_!~()$@"] {
            assert!(!channel(name).is_wild(), "{name}");
        }
        for pattern in ["/*", "/**", "/a/*", "/a/b/**"] {
            assert!(channel(pattern).is_wild(), "{pattern}");
        }
        assert_eq!(channel("/a/b/*").segments().collect::<Vec<_>>(), ["a", "b", "*"]);
    }

    #[test]
    fn what_is_no_channel_name_is_refused() {
        let long = format!("/{}", "a".repeat(255));
        for name in [
            "", "/", "a", "//", "/a/", "//a", "//*", "/a//b", "/a//*", "/*/a", "/**/a", "/a*", "/***",
            "/a b", "/ä", "/a\0", &long,
        ] {
            assert_eq!(Channel::parse(name), Err(InvalidChannel), "{name:?}");
        }
        assert!(Channel::parse(&long[..255]).is_ok());
    }

    #[test]
    fn a_star_is_one_segment_and_two_are_one_or_more() {
        assert!(channel("/a/*").matches("/a/b"));
        assert!(!channel("/a/*").matches("/a/b/c"));
        assert!(!channel("/a/*").matches("/a"));
        assert!(!channel("/a/*").matches("/a/"));
        assert!(!channel("/a/*").matches("/ab/c"));
        assert!(channel("/a/**").matches("/a/b"));
        assert!(channel("/a/**").matches("/a/b/c"));
        assert!(!channel("/a/**").matches("/a"));
        assert!(channel("/**").matches("/a/b/c"));
        assert!(channel("/*").matches("/a"));
        assert!(!channel("/*").matches("/a/b"));
    }

    #[test]
    fn a_name_matches_itself_and_a_pattern_no_other_pattern() {
        assert!(channel("/a/b").matches("/a/b"));
        assert!(!channel("/a/b").matches("/a/bc"));
        assert!(channel("/a/*").matches("/a/*"));
        assert!(!channel("/a/**").matches("/a/*"));
        assert!(!channel("/a/*").matches("/a/**"));
    }

    #[test]
    fn meta_channels_are_known_by_their_first_segment() {
        assert!(channel("/meta/connect").is_meta());
        assert!(channel("/meta").is_meta());
        assert!(!channel("/metal/x").is_meta());
    }
}
