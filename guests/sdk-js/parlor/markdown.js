// Markdown, which bots write and the host renders for each network.

const SPACE = /^\p{White_Space}$/u;
const WORD = /^[\p{Alphabetic}\p{N}]$/u;

/**
 * A text that reads the same after it was rendered: for what people wrote, in what a bot says. Indentation is not kept:
 * Markdown has no sign for it.
 */
export function escape(text) {
  const characters = [...text];
  let escaped = '';
  // Whether only spaces, or only digits, came on this line so far.
  let blank = true;
  let digits = false;
  characters.forEach((c, at) => {
    const before = characters[at - 1] ?? '\n';
    const after = characters[at + 1] ?? '\n';
    if (special(c, before, after, blank, digits)) escaped += '\\';
    escaped += c;
    digits = (blank || digits) && c >= '0' && c <= '9';
    blank = c === '\n' || c === '\r' || (blank && SPACE.test(c));
  });
  return escaped;
}

function special(c, before, after, blank, digits) {
  switch (c) {
    case '\\': case '*': case '`': case '[': case ']': case '<': case '~': case '|':
      return true;
    case '_':
      // Within a word it stays as it is.
      return !(WORD.test(before) && WORD.test(after));
    case '&':
      return after === '#' || /^[0-9A-Za-z]$/.test(after);
    case '>':
      return blank;
    case '#': case '-': case '+': case '=':
      // These mean something at the beginning of a line, before a space or several of them: not in `#lobby`.
      return blank && (SPACE.test(after) || after === c);
    case '.': case ')':
      return digits && SPACE.test(after);
    default:
      return false;
  }
}
