import type { Named, Operation } from './client.ts';
import { type Alteration, textOf } from './journal.ts';

/** A message of one's own that the server has. */
export interface OwnMessage {
  name: string;
  id: string;
  isInThread: boolean;
}

/** Who writes, and what they have written to the room so far. */
export interface Author {
  /** A name that no other message has. */
  nextName(): string;
  own: OwnMessage[];
  others: readonly Named[];
  /** May do what moderators may. */
  moderates: boolean;
  /** At random; undefined of none. */
  pick<T>(list: readonly T[]): T | undefined;
}

/** One kind of what people do in a room. */
export interface MessageKind {
  name: string;
  /** How often, against the others. */
  weight: number;
  /** Undefined where there is nothing yet to do it with. */
  create(author: Author): Operation | undefined;
}

const words = ['ship', 'it', 'tomorrow', 'собака', 'рассвет', '会議', '🙂', 'a̐éö̲', '"quoted"', '<b>', '\\n'];

const sentence = ({ pick }: Author, length: number): string =>
  Array.from({ length }, () => pick(words) ?? '').join(' ');

interface Extras {
  replyTo?: string;
  threadRootId?: string;
  mentions?: Named[];
}

const send = (author: Author, length: number, extras: Extras = {}): Operation => {
  const name = author.nextName();
  const named = (extras.mentions ?? []).map(({ userName }) => `@${userName} `).join('');
  return { type: 'send', name, text: textOf(name, named + sentence(author, length)), ...extras };
};

/** Their first one, which stays, so that its thread does. */
const rootOf = ({ own }: Author): OwnMessage | undefined => own.find(({ isInThread }) => !isInThread);

const outsideThreads = ({ own }: Author): OwnMessage[] => own.filter(({ isInThread }) => !isInThread);

const change = (message: OwnMessage | undefined, alteration: Alteration): Operation | undefined =>
  message && { type: 'change', name: message.name, messageId: message.id, alteration };

const messages: readonly MessageKind[] = [
  { name: 'short', weight: 10, create: (author) => send(author, 4) },
  { name: 'long', weight: 1, create: (author) => send(author, 300) },
  {
    name: 'reply',
    weight: 2,
    create: (author) => {
      const answered = author.pick(outsideThreads(author));
      return answered && send(author, 6, { replyTo: answered.id });
    },
  },
  {
    name: 'mention',
    weight: 1,
    create: (author) => {
      const named = author.pick(author.others);
      return named && send(author, 3, { mentions: [named] });
    },
  },
  {
    name: 'thread',
    weight: 2,
    create: (author) => {
      const root = rootOf(author);
      return root && send(author, 4, { threadRootId: root.id });
    },
  },
];

const emojis = ['👍', '🎉', '❤️'];

const changes: readonly MessageKind[] = [
  {
    name: 'edit',
    weight: 2,
    create: (author) => {
      const message = author.pick(author.own);
      // The latest text tells which edit it was.
      const text = textOf(message?.name ?? '', `edited ${author.nextName()} ${sentence(author, 3)}`);
      return change(message, { kind: 'edit', text });
    },
  },
  {
    name: 'delete',
    weight: 1,
    create: (author) => {
      const root = rootOf(author);
      const message = author.pick(author.own.filter((own) => own !== root));
      if (message) author.own.splice(author.own.indexOf(message), 1);
      return change(message, { kind: 'delete' });
    },
  },
  {
    name: 'react',
    weight: 2,
    create: (author) => {
      const emoji = author.pick(emojis) ?? '';
      const isSet = author.pick([true, true, false]) ?? true;
      return change(author.pick(author.own), { kind: 'react', emoji, isSet });
    },
  },
  {
    name: 'pin',
    weight: 1,
    create: (author) =>
      author.moderates
        ? change(author.pick(outsideThreads(author)), {
            kind: 'pin',
            isPinned: author.pick([true, false]) ?? true,
          })
        : undefined,
  },
];

/** All kinds of what a room's log holds of messages; a new one is an entry here. */
export const messageKinds: readonly MessageKind[] = [...messages, ...changes];
