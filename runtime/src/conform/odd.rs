//! Texts that nobody expects, and everybody must bear.

/// The mark of what must not become a command of its own.
pub const MARK: &str = "INJECTED";

/// The longest of them, in bytes.
pub const LONG: usize = 4_096;

/// Texts of any shape: names, rooms, bodies.
pub fn texts() -> Vec<String> {
    let short = [
        "",
        " ",
        "\t",
        "a b",
        "a\nb",
        "a\r\nb",
        "\0",
        "a\0b",
        "\u{1b}[2J",
        "\u{7f}",
        "\u{85}",
        "'\"`\\",
        "{}<b>&amp;%s%n$(x)",
        "../../etc/passwd",
        "/",
        "#",
        "@",
        "!",
        ":",
        "*",
        ",",
        "#,#",
        "-1",
        "null",
        "__proto__",
        "日本語",
        "Åsa",
        "🎉👩‍👩‍👧",
        "\u{202e}abc",
        "\u{feff}",
        "e\u{301}",
    ];
    let mut texts: Vec<_> = short.map(str::to_owned).into();
    texts.extend([long('a'), long('ä'), long(' '), long('\n'), long('"')]);
    texts
}

/// A long text of one letter.
pub fn long(letter: char) -> String {
    std::iter::repeat_n(letter, LONG / letter.len_utf8()).collect()
}

/// JSON of any shape.
pub fn json() -> Vec<String> {
    let short = [
        "{}",
        "[]",
        "null",
        "true",
        "0",
        "-1.5e300",
        "12345678901234567890123",
        "\"\"",
        r#""\u0000\n\"\\ \ud83c\udf89""#,
        r#"{"":{}}"#,
        r#"{"a":1,"a":2}"#,
        r#"{"__proto__":{"a":1}}"#,
        " [ 1 ,\n 2 ] ",
    ];
    let mut texts: Vec<_> = short.map(str::to_owned).into();
    texts.push(format!("\"{}\"", "a".repeat(LONG)));
    texts.push(format!("{}{}", "[".repeat(100), "]".repeat(100)));
    texts
}

/// A text as it can be shown: short, and on one line.
pub fn shown(text: &str) -> String {
    let mut letters = text.chars();
    let start: String = letters.by_ref().take(40).collect();
    let end = if letters.next().is_some() { format!("… ({} bytes)", text.len()) } else { String::new() };
    format!("{start:?}{end}")
}

/// Bytes that look like chance and are the same each time.
pub fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut chance = fastrand::Rng::with_seed(seed);
    std::iter::repeat_with(|| chance.u8(..)).take(length).collect()
}
