//! How exactly the calls of an extension must be those that were recorded.
//!
//! What an extension says to people, keeps, and asks for is compared, in order. What the runtimes of languages do besides
//! (they read clocks, poll streams, print) is not: a corrected extension may do it more often, or was built by another compiler.

/// How exact a call must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The same call at the same place.
    Same,
    /// Something that is asked in any order and as often as one likes, and always has the same answer.
    Known,
    /// It is answered, and not compared.
    Free,
    /// It is not even looked at: a resource is dropped.
    Ignored,
}

/// The rule for a call. `free`: what the call is made on came from a call that is not compared.
pub fn of(path: &str, free: bool) -> Rule {
    let begins = |names: &[&str]| names.iter().any(|name| path.starts_with(name));
    let ends = |names: &[&str]| names.iter().any(|name| path.ends_with(name));
    if path.ends_with(".drop") {
        Rule::Ignored
    } else if begins(&["wasi:config/", "wasi:filesystem/preopens."]) {
        Rule::Known
    } else if begins(&[
        "wasi:clocks/",
        "wasi:random/",
        "wasi:logging/",
        "wasi:cli/",
        "wasi:io/poll.",
        "wasi:io/error.",
    ]) || ends(&[".subscribe", ".check-write"])
        || free && begins(&["wasi:io/"])
    {
        Rule::Free
    } else {
        Rule::Same
    }
}

/// The names of resources in a text.
pub fn resources(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut begin, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => {
                quoted = !quoted;
                begin = at + 1;
            }
            _ if quoted => {}
            ' ' | '(' | ')' | '[' | ']' | '{' | '}' | ',' | ':' => {
                if is_resource(&text[begin..at]) {
                    found.push(&text[begin..at]);
                }
                begin = at + 1;
            }
            _ => {}
        }
    }
    found
}

fn is_resource(word: &str) -> bool {
    word.split_once('#').is_some_and(|(kind, number)| {
        !kind.is_empty()
            && kind.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && number.trim_start_matches('+').parse::<u32>().is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_call_has_its_rule() {
        let rules = [
            ("parlor:chat/chat.reply", Rule::Same),
            ("wasi:keyvalue/store.bucket.get", Rule::Same),
            ("wasi:keyvalue/store.bucket.drop", Rule::Ignored),
            ("wasi:http/outgoing-handler.handle", Rule::Same),
            ("wasi:http/types.future-incoming-response.subscribe", Rule::Free),
            ("wasi:io/streams.input-stream.read", Rule::Same),
            ("wasi:clocks/wall-clock.now", Rule::Free),
            ("wasi:config/store.get", Rule::Known),
        ];
        for (path, rule) in rules {
            assert_eq!(of(path, false), rule, "{path}");
        }
        assert_eq!(of("wasi:io/streams.output-stream.write", true), Rule::Free);
    }

    #[test]
    fn resources_are_found_outside_of_texts() {
        let found = resources("(bucket#1, \"x#2\", \"y#3 \\\" z#3\", [a-b#4, c#+5], ok(d#6))");
        assert_eq!(found, ["bucket#1", "a-b#4", "c#+5", "d#6"]);
    }
}
