// The list on the page. It tells of what people do with it, and shows what the session says the list is.

import { paint } from './colour.js';
import { make } from './element.js';
import { LONGEST, changes } from './list.js';

const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** Shows lists in `root`, and calls `change` with what people do. */
export function listView(root, change) {
  const rows = new Map();
  let showing = false;

  /** Shows a list; what came from others is pointed out if there was one before. */
  return function show(items, first) {
    const before = new Map([...rows.values()].map((row) => [row, row.element.offsetTop]));
    const { activeElement: focused } = document;
    const left = new Set(rows.keys());
    showing = true;
    items.forEach((item, at) => {
      left.delete(item.id);
      const known = rows.get(item.id);
      const row = known ?? makeRow(item.id);
      rows.set(item.id, row);
      row.show(item, !first);
      if (root.children[at] !== row.element) root.insertBefore(row.element, root.children[at] ?? null);
    });
    for (const id of left) remove(id, focused);
    // An element that is moved loses the focus.
    if (focused !== document.activeElement && focused?.isConnected) focused.focus();
    showing = false;
    for (const [row, top] of before) glide(row.element, top);
  };

  function remove(id, focused) {
    const { element } = rows.get(id);
    const neighbour = element.nextElementSibling ?? element.previousElementSibling;
    if (element.contains(focused)) neighbour?.querySelector('.text').focus();
    element.remove();
    rows.delete(id);
  }

  function makeRow(id) {
    const move = make('button', { type: 'button', className: 'move', label: 'Move', title: 'Drag, or use the arrow keys' });
    const tick = make('input', { type: 'checkbox' });
    const text = make('input', { className: 'text', maxLength: LONGEST, autocomplete: 'off', label: 'Text' });
    const by = make('span', { className: 'by' });
    const bin = make('button', { type: 'button', className: 'remove', label: 'Remove', title: 'Remove' }, '×');
    const element = make('li', {}, move, tick, text, by, bin);
    let shown = {};

    tick.addEventListener('change', () => change(changes.tick(id, tick.checked)));
    bin.addEventListener('click', () => change(changes.remove(id)));
    text.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') text.value = shown.text;
      if (key === 'Escape' || key === 'Enter') text.blur();
    });
    text.addEventListener('blur', () => {
      // It is the row that goes, and not the person.
      if (showing) return;
      const edited = text.value.trim();
      if (edited && edited !== shown.text) change(changes.edit(id, edited));
      else text.value = shown.text;
    });
    move.addEventListener('keydown', (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const all = [...root.children];
      const at = all.indexOf(element) + step;
      if (at >= 0 && at < all.length) put(step < 0 ? all[at] : (all[at + 1] ?? null));
    });
    move.addEventListener('pointerdown', (event) => drag(event, move, element, put));

    function put(neighbour) {
      const [before] = [...rows].find(([, row]) => row.element === neighbour) ?? [null];
      change(changes.move(id, before));
    }

    /** Shows the item. What somebody is typing in stays as they have it. */
    function show(item, known) {
      const { site } = item;
      const news = known && shown.text !== undefined && (shown.text !== item.text || shown.done !== item.done);
      const typing = document.activeElement === text && text.value !== shown.text;
      shown = item;
      if (!typing) text.value = item.text;
      tick.checked = item.done;
      tick.setAttribute('aria-label', `Done: ${item.text}`);
      element.classList.toggle('done', item.done);
      by.textContent = [...item.by][0] ?? '';
      by.title = item.by ? `Added by ${item.by}` : '';
      paint(element, site);
      if (news && !element.contains(document.activeElement)) flash(element);
    }

    return { element, show };
  }
}

/** Moves a row with the pointer, and says before which other it was put down. */
function drag(start, handle, element, put) {
  if (start.button !== 0) return;
  start.preventDefault();
  handle.focus();
  handle.setPointerCapture(start.pointerId);
  element.classList.add('dragged');
  let target;

  const follow = ({ clientY }) => {
    element.style.translate = `0 ${clientY - start.clientY}px`;
    const others = [...element.parentElement.children].filter((other) => other !== element);
    target = others.find((other) => {
      const { top, height } = other.getBoundingClientRect();
      return clientY < top + height / 2;
    }) ?? null;
    others.forEach((other) => {
      other.classList.toggle('above', other === target);
      other.classList.toggle('below', target === null && other === others.at(-1));
    });
  };
  const end = ({ type }) => {
    for (const name of ['pointermove', 'pointerup', 'pointercancel']) handle.removeEventListener(name, name === 'pointermove' ? follow : end);
    element.classList.remove('dragged');
    element.style.translate = '';
    for (const other of element.parentElement?.children ?? []) other.classList.remove('above', 'below');
    const stays = target === undefined || target === element.nextElementSibling;
    if (type === 'pointerup' && element.isConnected && !stays && target?.isConnected !== false) put(target);
  };
  handle.addEventListener('pointermove', follow);
  handle.addEventListener('pointerup', end);
  handle.addEventListener('pointercancel', end);
}

/** Lets a row that has another place go there for all to see. */
function glide(element, top) {
  const way = top - element.offsetTop;
  if (way && element.isConnected && !calm.matches) {
    element.animate([{ transform: `translateY(${way}px)` }, { transform: 'none' }], { duration: 180, easing: 'ease-out' });
  }
}

function flash(element) {
  if (!calm.matches) element.animate([{ backgroundColor: 'var(--flash)' }, {}], { duration: 1200, easing: 'ease-out' });
}
