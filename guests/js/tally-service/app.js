// Counts the votes of a session, and who edits how much.
//
// ```toml
// [coweb.service.tally]
// component = "tally-service.wasm"
// grant = { store = "1 MiB" }
// ```
//
// | request | answer |
// |---|---|
// | `{"vote":"tea"}`, or null to take it back | `{"votes":{"tea":2,"mate":1}}`, which is published too |
// | `{"edits":true}` | `{"edits":{"ann":12,"ben":3}}` |
// | anything else | `{"error":"…","requests":[…]}` |
//
// Everybody has one vote, and may change it. Of edits it hears if the access manager gives it the right `sync`; they are
// published once a second while there are new ones: many make one message. All of it is in the store under the session's
// id, and there again when the bot or the session is; of the sessions that were there last, up to a hundred.

import { after, byteLength, serviceBot, session, store, UserError } from '../../sdk-js/parlor/index.js';

/** What somebody can vote for, in bytes, and how many people are counted: more would fill the store. */
const LONGEST_VOTE = 100;
const MOST_PEOPLE = 500;
const MOST_SESSIONS = 100;
/** How long edits wait to be published, in milliseconds. */
const TELL_AFTER = 1000;

/** What somebody voted for, and how much they edited. */
let votes;
let edits;
let telling = false;

export default serviceBot({
  start() {
    const kept = store.getJson(session.id());
    votes = new Map(kept?.votes);
    edits = new Map(kept?.edits);
    if (!kept) makeRoom();
    keep();
  },

  onRequest(request) {
    let answer;
    try {
      answer = outcome(request.data, request.username);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      answer = { error: error.message, requests: [{ vote: 'tea' }, { edits: true }] };
    }
    request.reply(answer);
    if (answer.votes) session.publish(answer);
  },

  onSync(event, username) {
    count(edits, username, (edits.get(username) ?? 0) + 1);
    if (!telling) after(TELL_AFTER, tell);
    telling = true;
  },

  onShutdown: keep,
});

/** What comes of a request. */
function outcome(data, username) {
  if (data?.edits === true) return { edits: Object.fromEntries(edits) };
  const { vote } = data ?? {};
  if (vote === null) {
    votes.delete(username);
  } else {
    if (typeof vote !== 'string' || !vote.trim()) throw new UserError('this is no request');
    if (byteLength(vote) > LONGEST_VOTE) throw new UserError(`a vote has at most ${LONGEST_VOTE} bytes`);
    if (!count(votes, username, vote.trim())) throw new UserError(`${MOST_PEOPLE} people have voted, and there is no room for more`);
  }
  keep();
  return { votes: tally() };
}

/** How many votes there are for what, those with most first. */
function tally() {
  const sums = new Map();
  for (const vote of votes.values()) sums.set(vote, (sums.get(vote) ?? 0) + 1);
  return Object.fromEntries([...sums].sort(([, one], [, other]) => other - one));
}

/** Keeps something of somebody; not of ever more people. */
function count(of, username, value) {
  if (!of.has(username) && of.size >= MOST_PEOPLE) return false;
  of.set(username, value);
  return true;
}

function tell() {
  telling = false;
  keep();
  session.publish({ edits: Object.fromEntries(edits) });
}

function keep() {
  store.setJson(session.id(), { at: Date.now(), votes: [...votes], edits: [...edits] });
}

/** Forgets the sessions that were there longest ago, where there are too many for one more. */
function makeRoom() {
  const ids = store.keys();
  if (ids.length < MOST_SESSIONS) return;
  const ages = ids.map((id) => [store.getJson(id)?.at ?? 0, id]).sort(([one], [other]) => one - other);
  for (const [, id] of ages.slice(0, ids.length - MOST_SESSIONS + 1)) store.delete(id);
}
