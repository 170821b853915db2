// The chat on the page.

import { paint } from './colour.js';
import { make } from './element.js';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** Shows what was said in `root`. */
export function chatView(root) {
  const shown = new Map();

  return function show(messages, site) {
    const end = root.scrollHeight - root.scrollTop - root.clientHeight < 40;
    const left = new Set(shown.keys());
    let last;
    messages.forEach((message, at) => {
      left.delete(message.id);
      const element = shown.get(message.id) ?? makeMessage(message);
      shown.set(message.id, element);
      // Who says several things in a row is named once.
      element.classList.toggle('more', last?.name === message.name && last?.site === message.site);
      element.classList.toggle('own', message.site === site);
      if (root.children[at] !== element) root.insertBefore(element, root.children[at] ?? null);
      last = message;
    });
    for (const id of left) {
      shown.get(id).remove();
      shown.delete(id);
    }
    // Who has scrolled up is reading.
    if (end) root.scrollTop = root.scrollHeight;
  };
}

function makeMessage({ name, text, at, site }) {
  const time = make('time', {}, at ? clock.format(new Date(at)) : '');
  const element = make('li', {}, make('p', { className: 'who' }, make('b', {}, name), time), make('p', { className: 'what' }, text));
  paint(element, site);
  return element;
}
