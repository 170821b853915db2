// Text of others, made fit to be kept and shown: one line, bounded, and with nothing that changes the direction or the
// look of what stands beside it. It is shown as text only, never as HTML.

const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;

/** `text` as one line of at most `longest` characters; empty if it is no text at all. */
export function clean(text, longest) {
  if (typeof text !== 'string') return '';
  return [...text.slice(0, 4 * longest).replace(UNSEEN, ' ').trim()].slice(0, longest).join('').trim();
}

/** `id` if it is a name that a page makes up for a thing, and else nothing. */
export function identity(id) {
  return typeof id === 'string' && /^[a-z0-9]{1,32}$/.test(id) ? id : undefined;
}

/** A name that nobody else makes up. */
export function madeUp() {
  // Not randomUUID, which pages have over HTTPS and on this machine only.
  return Array.from(crypto.getRandomValues(new Uint32Array(3)), (number) => number.toString(36)).join('');
}
