// Text as bytes, and as the host counts characters: QuickJS has neither `TextEncoder` nor `TextDecoder`.

/** The bytes of a text in UTF-8. Half a surrogate pair becomes U+FFFD. */
export function encode(text) {
  const bytes = [];
  for (const character of String(text)) {
    let code = character.codePointAt(0);
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return Uint8Array.from(bytes);
}

/** The text that bytes are in UTF-8. What is none becomes U+FFFD, or an error where `strict`. */
export function decode(bytes, strict = false) {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const [code, length] = next(bytes, at);
    if (code === undefined && strict) throw new TypeError('these bytes are no text in UTF-8');
    text += String.fromCodePoint(code ?? 0xfffd);
    at += length;
  }
  return text;
}

/** The character at a place, none where there is none, and how many bytes it takes. */
function next(bytes, at) {
  const first = bytes[at];
  if (first < 0x80) return [first, 1];
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return [undefined, 1];
  let code = first & (0xff >> (length + 1));
  for (let more = 1; more < length; more++) {
    const byte = bytes[at + more];
    // The second byte is bounded more narrowly: no overlong forms, no surrogates, nothing above U+10FFFF.
    const low = more > 1 ? 0x80 : { 0xe0: 0xa0, 0xf0: 0x90 }[first] ?? 0x80;
    const high = more > 1 ? 0xbf : { 0xed: 0x9f, 0xf4: 0x8f }[first] ?? 0xbf;
    if (byte === undefined || byte < low || byte > high) return [undefined, more];
    code = (code << 6) | (byte & 63);
  }
  return [code, length];
}

/** How many bytes a text has in UTF-8. */
export function byteLength(text) {
  let length = 0;
  for (const character of String(text)) {
    const code = character.codePointAt(0);
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}
