// The session's bots on the page: the scribe is asked, and the echo called. Neither is there on every server.

import { make } from './element.js';
import { LONGEST, complaint, further, questions, shares, tales } from './scribe.js';
import { clean } from './text.js';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
/** The longest that is shown of what the echo says. */
const LONGEST_ECHO = 200;
/** What a reason of the server means. */
const REASONS = {
  'not-found': 'it has no such service',
  'not-allowed': 'you may not use this service',
  'server-error': 'the service does not work',
  lost: 'the connection is lost',
};

const part = (id) => document.getElementById(id);

/**
 * Ties the page to the session's bots. `texts()` are those of the items by id, `nameOf(user, site)` is what people here
 * call somebody, and `ownName()` whoever is here.
 */
export function botsView(session, { texts, nameOf, ownName }) {
  scribe(session, texts, nameOf);
  echo(session, ownName);
}

function scribe(session, texts, nameOf) {
  const paper = part('scribe-says');
  const ask = asking(paper, (question) => session.request('scribe', question));
  const changes = (answer) => {
    const more = further(answer);
    const rows = tales(answer, texts(), nameOf).map(({ name, time, what }) =>
      make('li', {}, make('time', {}, Number.isNaN(time.getTime()) ? '' : clock.format(time)), make('b', {}, name), make('span', {}, what)));
    if (!rows.length) return [make('p', {}, 'Nothing, as far as the scribe knows.')];
    const rest = more ? [make('p', {}, more === 1 ? 'And one more before that.' : `And ${more} more before that.`)] : [];
    return [make('ol', { className: 'tales' }, ...rows), ...rest];
  };
  const bars = (answer) => {
    const rows = shares(answer, nameOf).map(({ name, count, share }) => {
      const bar = make('span', { className: 'share' });
      bar.style.width = `${100 * share}%`;
      return make('li', {}, make('b', {}, name), make('span', { className: 'track' }, bar), make('span', {}, String(count)));
    });
    return rows.length ? [make('ol', { className: 'shares' }, ...rows)] : [make('p', {}, 'Nobody has changed anything yet.')];
  };
  part('ask-who').addEventListener('click', () => ask(questions.who(), bars));
  part('ask-last').addEventListener('click', () => ask(questions.last(), changes));
  onSubmit(part('find'), (text) => ask(questions.find(clean(text, LONGEST)), changes));
}

/** Asks and shows the answer, that of the last question only. */
function asking(paper, request) {
  let last;
  return async function ask(question, shown) {
    last = question;
    paper.setAttribute('aria-busy', 'true');
    const answer = request(question).then((answer) => {
      const why = complaint(answer);
      return why ? refusal('The scribe', why) : shown(answer);
    });
    const said = await answer.catch((error) => refusal('The server', reason(error)));
    if (last !== question) return;
    paper.removeAttribute('aria-busy');
    paper.replaceChildren(...said);
    paper.scrollTop = 0;
  };
}

function echo(session, ownName) {
  const answered = part('echo-answer');
  const heard = part('echo-heard');
  const hear = (value) => {
    const name = clean(value?.name, 24) || 'Somebody';
    heard.replaceChildren(make('b', {}, name), ` ${clean(value?.say, LONGEST_ECHO)}`);
  };
  // Whoever does not want to know of bots does not listen to any.
  part('bots').addEventListener('toggle', () => {
    session.listen('echo', hear, (why) => heard.replaceChildren(...refusal('The server', reason({ message: why }))));
  }, { once: true });
  const call = asking(answered, (value) => session.request('echo', value));
  onSubmit(part('call'), (text) => {
    part('call').reset();
    call({ say: text, name: ownName() }, (answer) => [make('code', {}, clean(JSON.stringify(answer), LONGEST_ECHO))]);
  });
}

function reason({ message }) {
  return Object.hasOwn(REASONS, message) ? `${REASONS[message]} (${message})` : clean(message, LONGEST_ECHO);
}

function refusal(who, why) {
  return [make('p', { className: 'refusal' }, `${who} says: ${why}.`)];
}

/** Calls `act` with what somebody has written into a form's only field. */
function onSubmit(form, act) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const [field] = form.elements;
    const text = field.value.trim();
    if (text) act(text);
    field.focus();
  });
}
