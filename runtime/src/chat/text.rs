//! What a bot says, as the messages that a service can carry.

mod lines;
mod plain;
mod render;
mod spans;
mod split;
#[cfg(test)]
mod tests;

pub use super::bindings::handlers::backend::Markup;

/// What one message of a service can hold.
#[derive(Clone, Copy, Debug)]
pub struct Fit {
    /// How the service marks up text.
    pub markup: Markup,
    /// The longest message, in bytes of UTF-8 as rendered; 0 for no bound, and below [`SMALLEST`] that.
    pub limit: usize,
    /// Whether a message can have several lines.
    pub multiline: bool,
}

/// The smallest limit that is kept, in bytes: room for four formatting codes, their ends, and two characters of four
/// bytes each.
pub const SMALLEST: usize = 16;

/// The messages that `text` becomes, in order: Markdown by a bot, which need not be well-meant. No message is blank, so
/// there is none if nothing is left to say. None exceeds the limit. Takes time and memory linear in the text.
///
/// Text that is to be sent as it is comes back in its own allocation.
pub fn messages(text: String, fit: &Fit) -> Vec<String> {
    let limit = if fit.limit == 0 { usize::MAX } else { fit.limit.max(SMALLEST) };
    let text = match fit.markup {
        Markup::Markdown if split::fits(&text, limit, fit.multiline) => text,
        Markup::Markdown => plain::clean(text),
        Markup::Plain | Markup::Irc if plain::is_plain(&text) => text,
        Markup::Plain | Markup::Irc => render::render(&plain::clean(text), fit.markup == Markup::Irc),
    };
    if split::fits(&text, limit, fit.multiline) {
        return if text.trim_start().is_empty() { Vec::new() } else { vec![text] };
    }
    let (text, spans) = match fit.markup {
        Markup::Plain => (text, spans::Spans::default()),
        Markup::Irc => {
            let spans = spans::of_codes(&text);
            (text, spans)
        }
        Markup::Markdown => {
            let text = if fit.multiline { text } else { spans::without_fences(text) };
            let spans = spans::of_markdown(&text, limit, fit.multiline);
            (text, spans)
        }
    };
    split::split(&text, &spans, limit, fit.multiline)
}
