//! How what was said in one room reads in another: `<ann@libera> hello`.

use parlor_sdk::markdown;

/// The longest name in characters.
const LONGEST_NAME: usize = 32;
/// The most lines of one message that are carried over, and the most characters of them together.
const MOST_LINES: usize = 10;
const LONGEST_TEXT: usize = 4_000;
/// Names that on some network call everybody.
const EVERYBODY: [&str; 4] = ["@everyone", "@here", "@channel", "@all"];

/// A name that can neither end the brackets around it nor look like another network's.
pub fn name(nick: &str) -> String {
    let plain = |c: &char| !c.is_control() && !matches!(c, '<' | '>' | '@');
    let name: String = nick.chars().filter(plain).take(LONGEST_NAME).collect();
    match name.trim() {
        "" => "somebody".to_owned(),
        name => name.to_owned(),
    }
}

/// A message as it reads elsewhere; `network` says where it was said, unless that goes without saying. Each line begins
/// with who said it, so that nobody can write a line that looks like somebody else's.
pub fn quote(nick: &str, network: Option<&str>, body: &str) -> String {
    let body = beginning(body);
    let mut lines = body.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let at = network.map_or_else(String::new, |network| format!("@{network}"));
    let who = markdown::escape(&format!("<{}{at}>", name(nick)));
    let mut quoted: Vec<_> =
        lines.by_ref().take(MOST_LINES).map(|line| format!("{who} {}", harmless(line))).collect();
    if lines.next().is_some() {
        quoted.push(format!("{who} …"));
    }
    quoted.join("\n")
}

/// As much of a text as is carried over.
pub fn beginning(body: &str) -> &str {
    let end = body.char_indices().nth(LONGEST_TEXT).map_or(body.len(), |(end, _)| end);
    &body[..end]
}

/// A line without control characters and Markdown, and which calls nobody.
fn harmless(line: &str) -> String {
    let plain: String = line.chars().filter(|c| !c.is_control()).collect();
    let mut text = markdown::escape(&plain);
    for name in EVERYBODY {
        // Nobody sees the space of no width, and no network knows the name with it.
        text = text.replace(name, &name.replace('@', "@\u{200b}"));
    }
    text
}

/// The network from which another relay carried this over, if one did: `libera` in `<ann@libera> hello`.
pub fn carried_from(body: &str) -> Option<&str> {
    let (who, _) = body.trim_start().trim_start_matches('\\').strip_prefix('<')?.split_once('>')?;
    let (_, network) = who.rsplit_once('@')?;
    Some(network.trim_end_matches('\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_says_who_said_it_and_where() {
        assert_eq!(
            quote("ann", Some("libera"), "hello\n\n<bob@x> hi\n"),
            "\\<ann@libera> hello\n\\<ann@libera> \\<bob@x> hi"
        );
        assert_eq!(quote("ann", Some("libera"), &"x\n".repeat(99)).lines().count(), MOST_LINES + 1);
        assert!(quote("ann", Some("libera"), &"x".repeat(99_999)).len() < LONGEST_TEXT + 50);
        assert_eq!(quote("ann", Some("libera"), " \n\r\n"), "");
        assert_eq!(
            quote("ann@libera", None, "hello\n<bob> hi"),
            "\\<annlibera> hello\n\\<annlibera> \\<bob> hi"
        );
    }

    #[test]
    fn a_name_cannot_pretend_and_a_text_calls_nobody() {
        assert_eq!(name("bob@office> hi\u{7}"), "boboffice hi");
        assert_eq!(name("<>\n"), "somebody");
        assert_eq!(
            quote("a", Some("n"), "\u{2}@everyone\u{3} *look*"),
            "\\<a@n> @\u{200b}everyone \\*look\\*"
        );
    }

    #[test]
    fn what_another_relay_carried_over_is_known_by_its_beginning() {
        assert_eq!(carried_from("<ann@libera> hello"), Some("libera"));
        assert_eq!(carried_from(&quote("ann", Some("libera"), "hello")), Some("libera"));
        assert_eq!(carried_from(r" \<a@b@libera\> hello"), Some("libera"));
        for text in ["hello <ann@libera>", "<ann> hello", "<ann@libera", "", "<>", "\\"] {
            assert_eq!(carried_from(text), None, "{text}");
        }
    }
}
