//! The HTTP request that a manager decides about.

use super::Request;

impl Request {
    /// The value of a cookie that this server signed and that still holds.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_several_counts() {
        let pairs = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
        };
        let request = Request {
            headers: pairs(&[("host", "a"), ("host", "b")]),
            cookies: pairs(&[("user", "ann"), ("users", "ben"), ("user", "eve")]),
            ..Request::default()
        };
        assert_eq!(request.cookie("user"), Some("ann"));
        assert_eq!(request.cookie("use"), None);
        assert_eq!(request.header("host"), Some("a"));
        assert_eq!(request.header("user"), None);
    }
}
