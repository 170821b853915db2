// Counts what people think well and ill of: `ann++ for the tea` raises ann by one, `mondays--` lowers mondays.
//
// It is the bot of guests/bots/karma once more, in JavaScript: the same words, and the same keys in the store, so that one
// can take the other's place. Names are counted apart on each network, and there are at most 5,000 on each.

import { bot, command, escape, UserError, whole } from '../../sdk-js/parlor/index.js';
import { LONGEST_NAME, name as read, read as readChanges } from './changes.js';
import { Ledger, MOST_NAMES } from './ledger.js';

/** The most names of one list. */
const LONGEST_LIST = 25;

export default bot({
  summary: 'counts `name++` and `name--`',
  commands: [
    command('karma', { usage: '[NAME]', summary: 'how NAME stands, or you' }, karma),
    command('karma top', { usage: '[COUNT]', summary: 'who stands highest' }, (call) => list(call, -1n)),
    command('karma bottom', { usage: '[COUNT]', summary: 'who stands lowest' }, (call) => list(call, 1n)),
  ],
  onMessage,
});

function onMessage(message) {
  // History is no news, and what is said in private nobody can answer.
  if (message.delayed || message.room === null) return;
  const all = readChanges(message.body);
  if (!all.length) return;
  const me = read(message.sender.name);
  const changes = all.filter((change) => change.by < 0 || change.name !== me);
  const answer = apply(message.network, changes);
  if (changes.length < all.length) answer.push('Nobody can raise themselves, but I am sure others will.');
  message.reply(answer.join('\n'));
}

/** Makes the changes, and says how each name stands now. */
export function apply(network, changes) {
  const ledger = new Ledger(network);
  const standings = new Map();
  const answers = [];
  for (const { name, by, reason } of changes) {
    const score = ledger.change(name, by > 0, reason);
    if (score === null) {
      answers.push(`I keep ${MOST_NAMES} names, and have no room for more.`);
      break;
    }
    standings.set(name, score);
  }
  if (standings.size) answers.unshift([...standings].map(line).join(', '));
  return answers;
}

function karma(call) {
  const args = call.read();
  const asked = args.optional('NAME') ?? call.message.sender.name;
  args.finish();
  const name = read(asked);
  if (name === null) throw new UserError(`a name has a letter or digit, and at most ${LONGEST_NAME} bytes`);
  const ledger = new Ledger(call.message.network);
  const score = ledger.score(name);
  if (score === null) return `Nobody has said anything about ${escape(name)} yet.`;
  const reason = ledger.reason(name);
  return line([name, score]) + (reason && ` (last for ${escape(reason)})`);
}

/** The first of all names, in the order of their scores times `direction`. */
function list(call, direction) {
  const args = call.read();
  const count = Math.min(Math.max(args.optional('COUNT', whole()) ?? 5, 1), LONGEST_LIST);
  args.finish();
  const all = new Ledger(call.message.network).all();
  if (!all.length) return 'Nobody has any karma yet: say `name++`.';
  // Names of one score stay in their own order.
  const sign = (difference) => (difference > 0n ? 1 : difference < 0n ? -1 : 0);
  all.sort(([, one], [, other]) => sign((one - other) * direction));
  return all.slice(0, count).map(line).join(', ');
}

function line([name, score]) {
  return `${escape(name)}: ${score}`;
}
