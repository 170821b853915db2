use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::{Fit, Markup, SMALLEST, lines::CODES, messages, plain, render::render};

const IRC: Fit = Fit { markup: Markup::Irc, limit: 0, multiline: false };
const PLAIN: Fit = Fit { markup: Markup::Plain, limit: 0, multiline: true };

fn irc(text: &str) -> Vec<String> {
    messages(text.into(), &IRC)
}

fn plain(text: &str) -> String {
    messages(text.into(), &PLAIN).join("<next>")
}

fn markdown(text: &str, limit: usize) -> Vec<String> {
    messages(text.into(), &Fit { markup: Markup::Markdown, limit, multiline: true })
}

#[test]
fn spans_become_codes() {
    assert_eq!(irc("a **b** *c* ~~d~~ `e`"), ["a \x02b\x02 \x1Dc\x1D \x1Ed\x1E \x11e\x11"]);
    assert_eq!(irc("***a*** **b *c***"), ["\x02\x1Da\x02\x1D \x02b \x1Dc\x02\x1D"]);
}

#[test]
fn codes_end_with_their_line_and_begin_again_in_the_next() {
    assert_eq!(irc("**a\nb** c"), ["\x02a\x02", "\x02b\x02 c"]);
}

#[test]
fn headings_are_bold() {
    assert_eq!(irc("# A *b*\nc\n\nD\n==="), ["\x02A \x1Db\x02\x1D", "c", "\x02D\x02"]);
}

#[test]
fn links_say_where_they_lead() {
    assert_eq!(irc("[a](https://b) ![c](d.png)"), ["a <https://b> c <d.png>"]);
    assert_eq!(irc("[https://b](https://b) <https://c> [](https://d)"), ["https://b https://c https://d"]);
    assert_eq!(irc("<me@a.b> [me@a.b](mailto:me@a.b)"), ["me@a.b me@a.b"]);
    assert_eq!(irc("[a], [b][a]\n\n[a]: https://c"), ["a <https://c>, b <https://c>"]);
}

#[test]
fn lists_keep_marks_and_depth() {
    assert_eq!(irc("* a\n* b\n  - c\n    d\n3. e\n3. f"), ["- a", "- b", "  - c", "    d", "3. e", "4. f"]);
    assert_eq!(irc("1) foo\n+ added\n- removed"), ["1) foo", "+ added", "- removed"]);
}

#[test]
fn quotes_keep_marks() {
    assert_eq!(irc("> a\n> > *b*\n> c"), ["> a", "> > \x1Db\x1D", "> > c"]);
    assert_eq!(irc(">:(\n\n>>> x"), [">:(", ">>> x"]);
}

#[test]
fn code_keeps_its_spaces() {
    assert_eq!(
        irc("a\n```rust\nfn f() {\n    x  *y*\n\n}\n```\nb"),
        ["a", "\x11fn f() {\x11", "\x11    x  *y*\x11", "\x11}\x11", "b"]
    );
    assert_eq!(irc("- ```\n  x\n   y\n  ```"), ["- \x11x\x11", "  \x11 y\x11"]);
    assert_eq!(irc("*a*\n\n    b  *c*\n     d"), ["\x1Da\x1D", "    b  *c*", "     d"]);
}

#[test]
fn tables_become_rows() {
    assert_eq!(irc("|a|b|\n|-|-|\n|c|`d`|\n| |e|"), ["\x02a | b\x02", "c | \x11d\x11", " | e"]);
}

#[test]
fn rules_and_html_are_shown() {
    assert_eq!(
        irc("a\n\n***\n\nb <i>c</i>\n\n<div>\n  x\n</div>\n<!-- y -->"),
        ["a", "---", "b <i>c</i>", "<div>", "  x", "</div>", "<!-- y -->"]
    );
}

#[test]
fn plain_text_has_no_marks() {
    assert_eq!(plain("# A\n**b** *c* `d` [e](f)\n\n- g"), "A\nb c d e <f>\n\n- g");
}

#[test]
fn escapes_and_entities_are_decoded() {
    assert_eq!(plain(r"\*a\* &amp; &lt;b&gt; c:\\d"), r"*a* & <b> c:\d");
}

#[test]
fn what_only_looks_like_markdown_stays() {
    for text in [
        "snake_case_names",
        "2 * 3 * 4",
        r"C:\path",
        "a <b> c",
        "a ` b",
        "https://a.b/_c_/d_e_f?g=*h*&i=~j~",
        "(see https://a.b/*c*), https://a.b/_x_/y",
        "#room",
        "1) foo",
        "+1",
        "name++",
        ":-) ;_; <3 *",
        "~/a and ~b~",
        "~/foo:~/bar",
        "  two `spaces",
        "    four `spaces\n  *x",
        "[error]: failed",
        "[error]: failed\n[error]: again\nand `",
        "- [ ] task `",
        "#",
        "##\na",
        "-",
        "+",
        "> [a]: b",
        ">",
        "a | b `",
        "a\n\nb `\nc",
        "1. a `\n2. b",
        "[^1] `",
        "yes or no?\n-",
        "1 `\n=\n2",
        "a://b/*c*/*d*",
    ] {
        assert_eq!(plain(text), text);
    }
}

#[test]
fn bots_send_no_control_characters() {
    assert_eq!(irc("a\x02b\x03c\0d\u{85}e\x7F\tf&#2;g&#13;h"), ["abcde fgh"]);
    assert_eq!(irc("a\r\nb\rc"), ["a", "b", "c"]);
    assert_eq!(irc("[a](<x&#2;&#10;y>)"), ["a <x", "y>"]);
}

#[test]
fn blank_text_is_no_message() {
    for text in ["", " ", "\n\n", "\t"] {
        for markup in [Markup::Plain, Markup::Markdown, Markup::Irc] {
            for multiline in [false, true] {
                assert!(messages(text.into(), &Fit { markup, limit: 0, multiline }).is_empty(), "{text:?}");
            }
        }
    }
}

#[test]
fn text_of_control_characters_is_no_message() {
    assert!(irc("\x02\0").is_empty() && plain("&#2; \x03").is_empty());
}

#[test]
fn text_that_needs_no_change_is_not_copied() {
    for (text, markup) in [("a **b**\n", Markup::Markdown), ("a, b - c\n\nd", Markup::Plain)] {
        let text = text.to_owned();
        let place = text.as_ptr();
        let sent = messages(text, &Fit { markup, limit: 400, multiline: true });
        assert_eq!(sent[0].as_ptr(), place);
    }
}

#[test]
fn lines_end_messages_first_then_sentences_then_words() {
    let fit = Fit { markup: Markup::Plain, limit: 20, multiline: true };
    let sent = |text: &str| messages(text.into(), &fit);
    assert_eq!(sent("a b\nc\nd e f g h i j k l m"), ["a b\nc", "d e f g h i j k l m"]);
    assert_eq!(sent("one two three. four five six"), ["one two three.", "four five six"]);
    assert_eq!(sent("one two three four five"), ["one two three four", "five"]);
    assert_eq!(sent("abcdefghijklmnopqrstuvwxyz"), ["abcdefghijklmnopqrst", "uvwxyz"]);
}

#[test]
fn a_cut_span_goes_on_in_the_next_message() {
    let fit = Fit { limit: 16, ..IRC };
    assert_eq!(messages("**one two three four**".into(), &fit), ["\x02one two three\x02", "\x02four\x02"]);
    assert_eq!(markdown("a **one two three** b", 16), ["a **one two**", "**three** b"]);
    assert_eq!(markdown("abc**defg**hijklmnop", 16), ["abc**defg**hijkl", "mnop"]);
    assert_eq!(markdown("abcdefghijkl**mn**", 16), ["abcdefghijkl", "**mn**"]);
    assert_eq!(markdown("[one two three](x)", 16), ["[one two](x)", "[three](x)"]);
}

#[test]
fn a_cut_block_of_code_goes_on_in_the_next_message() {
    let text = "see\n```rs\nlet a = 1;\nlet b = 2;\nlet c = 3;\n```\nend";
    assert_eq!(
        markdown(text, 36),
        ["see\n```rs\nlet a = 1;\nlet b = 2;\n```", "```rs\nlet c = 3;\n```\nend",]
    );
}

#[test]
fn lines_of_code_are_marked_one_by_one_where_messages_have_one_line() {
    let fit = Fit { markup: Markup::Markdown, limit: 0, multiline: false };
    assert_eq!(
        messages("a\n```\nx\n\n`y`\n```\nb **c\nd**".into(), &fit),
        ["a", "`x`", "`` `y` ``", "b **c**", "**d**"]
    );
}

#[test]
fn a_cluster_is_cut_only_if_it_alone_is_too_long() {
    let fit = Fit { markup: Markup::Plain, limit: 16, multiline: true };
    assert_eq!(messages("abcdefgh🇩🇪🇫🇷".into(), &fit), ["abcdefgh🇩🇪", "🇫🇷"]);
    let long = format!("a{}", "\u{301}".repeat(20));
    assert!(messages(long, &fit).iter().all(|piece| piece.len() <= 16));
}

/// Text of the kind that breaks renderers and splitters.
fn text() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        4 => "[a-z]{1,8}",
        4 => Just(" ".to_owned()),
        2 => Just("\n".to_owned()),
        6 => prop::sample::select(vec![
            "*", "**", "***", "_", "__", "`", "``", "```", "```rs\n", "\n```\n", "~~", "~", "[", "](", ")", "![", "]", "> ",
            "- ", "1. ", "# ", "    ", "\\", "<b>", "<", "&amp;", "&#2;", "|", "\n-|-\n", "https://a_b_", "\x02", "\r", "\t",
            "é", "👨‍👩‍👧", "🇩🇪", "e\u{301}", " \u{301}", "\u{85}", "(x)", "[a]: b\n", "===", "---", "<https://x>", ". ",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop::collection::vec(token, 0..60).prop_map(|tokens| tokens.concat())
}

fn fit() -> impl Strategy<Value = Fit> {
    let markup = prop::sample::select(vec![Markup::Plain, Markup::Markdown, Markup::Irc]);
    (markup, prop_oneof![0..8_usize, 16..80_usize], any::<bool>())
        .prop_map(|(markup, limit, multiline)| Fit { markup, limit, multiline })
}

/// What a reader sees.
fn visible(text: &str) -> String {
    text.chars().filter(|char| !CODES.contains(char) && !matches!(char, ' ' | '\n')).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_message_is_blank_or_too_long(text in text(), fit in fit()) {
        for piece in messages(text, &fit) {
            prop_assert!(fit.limit == 0 || piece.len() <= fit.limit.max(SMALLEST), "{piece:?}");
            prop_assert!(!piece.trim().is_empty());
            prop_assert!(fit.multiline || !piece.contains(['\n', '\r']), "{piece:?}");
        }
    }

    #[test]
    fn splitting_loses_only_spaces_and_newlines_at_cuts(text in text(), limit in 16..80_usize, codes: bool) {
        let markup = if codes { Markup::Irc } else { Markup::Plain };
        let rendered = render(&plain::clean(text.clone()), codes);
        let pieces = messages(text, &Fit { markup, limit, multiline: true });
        prop_assert_eq!(visible(&pieces.concat()), visible(&rendered));
    }

    #[test]
    fn no_cluster_is_cut(text in text(), limit in 40..80_usize) {
        let fit = Fit { markup: Markup::Plain, limit, multiline: true };
        let rendered = render(&plain::clean(text.clone()), false);
        let clusters: Vec<&str> = rendered.graphemes(true).collect();
        prop_assume!(clusters.iter().all(|cluster| cluster.len() <= 40));
        let mut rest = clusters.into_iter().filter(|cluster| !cluster.trim().is_empty());
        for piece in messages(text, &fit) {
            for cluster in piece.graphemes(true).filter(|cluster| !cluster.trim().is_empty()) {
                // A space can belong to what is before it (UAX 29, GB9b), and is dropped at a cut all the same.
                prop_assert_eq!(rest.next().map(str::trim), Some(cluster.trim()));
            }
        }
    }

    #[test]
    fn formatting_is_off_at_the_end_of_each_line(text in text(), fit in fit()) {
        let fit = Fit { markup: Markup::Irc, ..fit };
        for piece in messages(text, &fit) {
            for line in piece.lines() {
                for code in CODES {
                    prop_assert_eq!(line.matches(code).count() % 2, 0, "{:?}", line);
                }
            }
        }
    }

    #[test]
    fn no_control_character_is_sent_but_the_codes(text in text(), fit in fit()) {
        let fit = Fit { markup: if fit.markup == Markup::Markdown { Markup::Plain } else { fit.markup }, ..fit };
        for piece in messages(text, &fit) {
            let code = |char| fit.markup == Markup::Irc && CODES.contains(&char);
            prop_assert!(piece.chars().all(|char| char == '\n' || !char.is_control() || code(char)), "{piece:?}");
        }
    }

    #[test]
    fn text_without_marks_is_sent_as_it_is(text in "[a-zA-Zäöü€😀 ,.!?()'/%@;\n-]{0,60}") {
        prop_assume!(plain::is_plain(&text) && !text.trim().is_empty());
        prop_assert_eq!(messages(text.clone(), &PLAIN), vec![text.clone()]);
        // The parser agrees, but for blank lines and spaces at the ends of lines.
        let lines = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty()).collect::<Vec<_>>();
        prop_assert_eq!(lines(&render(&text, false)), lines(&text));
    }

    #[test]
    fn letters_outside_marks_stay(words in prop::collection::vec((0..12_usize, "[a-z]{1,5}"), 0..30), fit in fit()) {
        // Neither addresses nor names of languages: those go.
        let marks = ["*", "_", " ", "\n", "~~", "> ", "- ", "# ", "\\", "|", "\n\n", "<"];
        let text: String = words.iter().map(|(mark, word)| format!("{}{word}", marks[*mark])).collect();
        let letters = |text: &str| text.chars().filter(char::is_ascii_lowercase).collect::<String>();
        prop_assert_eq!(letters(&messages(text.clone(), &fit).concat()), letters(&text));
    }

    #[test]
    fn any_string_is_survived(text: String, fit in fit()) {
        messages(text, &fit);
    }

    #[test]
    fn fences_are_balanced_in_each_message(lines in prop::collection::vec("[a-z ]{0,30}", 1..20), limit in 40..120_usize) {
        let text = format!("x\n```rs\n{}\n```\ny", lines.join("\n"));
        for piece in markdown(&text, limit) {
            prop_assert_eq!(piece.matches("```").count() % 2, 0, "{:?}", piece);
        }
    }
}
