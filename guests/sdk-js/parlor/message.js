// People and messages, with what one wants to know of them and do with them.

/** A person, or a person in a room: the fields are those of the contract. */
export class Identifier {
  /** What to call them: the nick, else the full name, else what identifies them. */
  get name() {
    return this.nick ?? this.displayName ?? this.person;
  }
}

/** One message: the fields are those of the contract. */
export class Message {
  /** The room that it was said in; null where it was said to one person alone. */
  get room() {
    return this.recipient.tag === 'room' ? this.recipient.val : null;
  }

  /** Where an answer belongs: the room that it was said in, else the sender. */
  get place() {
    return this.recipient.tag === 'room' ? this.recipient : { tag: 'person', val: this.sender };
  }
}

/** Gives a record of the contract these abilities. */
export function identifier(record) {
  return record && Object.setPrototypeOf(record, Identifier.prototype);
}

export function message(record, type = Message) {
  identifier(record.sender);
  if (record.recipient.tag === 'person') identifier(record.recipient.val);
  return Object.setPrototypeOf(record, type.prototype);
}
