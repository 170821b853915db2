// Greets people and counts them, says good morning back, and comes back after a minute.
//
// It needs two grants: a network to talk on and a store to count in.

import { after, bot, command, escape, store } from './parlor/index.js';

export default bot({
  summary: 'greets people',
  commands: [
    command('hello', { usage: '[NAME]', summary: 'greets NAME, or you' }, hello),
    command('later', { summary: 'says so in a minute' }, later),
  ],
  onMessage,
});

/** What is returned is the answer; what is thrown is shown to the sender as an error. */
function hello(call) {
  const name = call.arguments.trim() || call.message.sender.name;
  // The store outlives the bot. A variable does not.
  const number = Number(store.get('greeted') ?? 0) + 1;
  store.set('greeted', number);
  return `Hello, ${escape(name)}! You are number ${number}.`;
}

/** Nothing waits here: the host keeps the time, and calls the function. */
function later(call) {
  after(60_000, () => call.message.tell('Here I am again.'));
  return 'See you in a minute.';
}

/** Called with everything that people say and that is no command. */
function onMessage(message) {
  // What is delayed was said while the bot was away: history, and no news.
  if (message.delayed || !message.room) return;
  if (message.body.toLowerCase().includes('good morning')) {
    message.tell(`Good morning, ${escape(message.sender.name)}!`);
  }
}
