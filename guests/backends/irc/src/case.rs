//! Which names are the same to the server, whatever their case.

/// How a server compares nicks and room names: `CASEMAPPING` of `RPL_ISUPPORT` (modern.ircdocs.horse, section
/// "CASEMAPPING Parameter"; RFC 1459, section 2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaseMapping {
    /// A to Z alone. Also taken for what is unknown: the server repeats names in one spelling, so that to keep two
    /// apart which are one costs little, while to take two for one would mix people up.
    Ascii,
    /// Also `[]\~`, whose small letters are `{}|^`.
    #[default]
    Rfc1459,
    /// Also `[]\`, whose small letters are `{}|`.
    Rfc1459Strict,
}

impl CaseMapping {
    /// The one of this name.
    pub fn named(name: &str) -> Self {
        match name {
            "rfc1459" => Self::Rfc1459,
            "rfc1459-strict" | "strict-rfc1459" => Self::Rfc1459Strict,
            _ => Self::Ascii,
        }
    }

    /// The name in small letters: equal for names that are the same to the server.
    pub fn fold(self, name: &str) -> String {
        name.chars().map(|letter| self.small(letter)).collect()
    }

    /// Whether two names are the same to the server.
    pub fn same(self, one: &str, other: &str) -> bool {
        one.len() == other.len()
            && one.chars().zip(other.chars()).all(|(one, other)| self.small(one) == self.small(other))
    }

    fn small(self, letter: char) -> char {
        match (self, letter) {
            (Self::Rfc1459 | Self::Rfc1459Strict, '[') => '{',
            (Self::Rfc1459 | Self::Rfc1459Strict, ']') => '}',
            (Self::Rfc1459 | Self::Rfc1459Strict, '\\') => '|',
            (Self::Rfc1459, '~') => '^',
            _ => letter.to_ascii_lowercase(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_have_small_letters_where_the_server_says_so() {
        assert_eq!(CaseMapping::Rfc1459.fold("Al[]\\~"), "al{}|^");
        assert_eq!(CaseMapping::Rfc1459Strict.fold("Al[]\\~"), "al{}|~");
        assert_eq!(CaseMapping::Ascii.fold("Al[]\\~Ä"), "al[]\\~Ä");
        assert_eq!(CaseMapping::named("rfc3454"), CaseMapping::Ascii);
    }

    #[test]
    fn same_is_what_folds_alike() {
        assert!(CaseMapping::Rfc1459.same("#Tea[1]", "#tea{1}"));
        assert!(!CaseMapping::Ascii.same("#Tea[1]", "#tea{1}"));
        assert!(!CaseMapping::Ascii.same("tea", "teas"));
    }
}
