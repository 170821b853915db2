// The services of a session: bots that are asked and answer, and that tell all who listen.

const TOPIC = 'coweb.service.response.';

/** Whether a channel is one of services. */
export const ofService = (channel) => /^\/(service\/)?bot\//.test(channel ?? '');

export class Services {
  /** The connection, while there is one. */
  #link;
  #listeners = [];
  /** Services whose answers this connection hears. */
  #heard = new Set();
  /** Who waits for answers, by topic. */
  #waiting = new Map();
  #asked = 0;

  /** Hears what a service tells everybody. `refused` is called with the server's reason where that may not be, or cannot. */
  listen(service, hear, refused = () => {}) {
    const listener = { service, hear, refused };
    this.#listeners.push(listener);
    if (this.#link) this.#follow(listener);
  }

  /**
   * Asks a service; resolves to its answer. Rejects with an error whose message is the server's reason, such as
   * `not-found`; or `lost`, if the connection is, and then nobody knows whether the service has heard it.
   */
  async request(service, value) {
    const link = this.#link;
    if (!link) throw new Error('lost');
    this.#asked += 1;
    const topic = `${TOPIC}${service}_${this.#asked}.page`;
    const answer = new Promise((resolve, reject) => this.#waiting.set(topic, { resolve, reject }));
    link.batch(() => {
      if (!this.#heard.has(service)) this.#awaitAnswers(service);
      link.publish(`/service/bot/${service}/request`, { topic, value }, (error) => this.#fail(topic, error));
    });
    return answer;
  }

  /** There is a connection: `subscribe(channel, hear, refused)`, `publish(channel, data, refused)` and `batch(all)`. */
  begin(link) {
    this.#link = link;
    this.#heard.clear();
    link.batch(() => this.#listeners.forEach((listener) => this.#follow(listener)));
  }

  /** The connection is over. What was asked on it will not be answered. */
  end() {
    this.#link = undefined;
    for (const topic of [...this.#waiting.keys()]) this.#take(topic).reject(new Error('lost'));
  }

  #follow({ service, hear, refused }) {
    this.#link.subscribe(`/bot/${service}`, ({ value }) => hear(value), (error) => refused(reason(error)));
  }

  #awaitAnswers(service) {
    this.#heard.add(service);
    const answered = ({ topic, value, error }) => {
      const waiting = this.#take(topic);
      if (error) waiting?.reject(new Error(value?.error ?? 'refused'));
      else waiting?.resolve(value);
    };
    // Whoever asks is told why by the answer to that. The next one tries again.
    this.#link.subscribe(`/service/bot/${service}/response`, answered, () => this.#heard.delete(service));
  }

  #fail(topic, error) {
    this.#take(topic)?.reject(new Error(reason(error)));
  }

  #take(topic) {
    const waiting = this.#waiting.get(topic);
    this.#waiting.delete(topic);
    return waiting;
  }
}

/** The server's own word in an error of Bayeux, `400:client:not-found`. */
function reason(error) {
  return String(error ?? '').split(':').slice(2).join(':') || 'refused';
}
