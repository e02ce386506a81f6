import type { RequestType } from '@boltorezka/protocol';
import type { Operation } from './client.ts';
import { textOf } from './journal.ts';

/** A message of one's own that the server has. */
export interface OwnMessage {
  name: string;
  id: string;
}

/** Who writes, and what they have written to the room so far. */
export interface Author {
  /** A name that no other message has. */
  nextName(): string;
  own: OwnMessage[];
  /** At random; undefined of none. */
  pick<T>(list: readonly T[]): T | undefined;
}

/** One kind of what people do in a room. */
export interface MessageKind {
  name: string;
  /** How often, against the others. */
  weight: number;
  /** What the server has to know for it. */
  needs: RequestType;
  /** Undefined where there is nothing yet to do it with. */
  create(author: Author): Operation | undefined;
}

const words = ['ship', 'it', 'tomorrow', 'собака', 'рассвет', '会議', '🙂', 'a̐éö̲', '"quoted"', '<b>', '\\n'];

const sentence = ({ pick }: Author, length: number): string =>
  Array.from({ length }, () => pick(words) ?? '').join(' ');

const send = (author: Author, length: number, replyTo?: string): Operation => {
  const name = author.nextName();
  const text = textOf(name, sentence(author, length));
  return { type: 'send', name, text, ...(replyTo !== undefined && { replyTo }) };
};

/** All kinds of message that a room's log holds; a new one is a line here. */
export const messageKinds: readonly MessageKind[] = [
  { name: 'short', weight: 10, needs: 'chat.send', create: (author) => send(author, 4) },
  { name: 'long', weight: 1, needs: 'chat.send', create: (author) => send(author, 300) },
  {
    name: 'reply',
    weight: 2,
    needs: 'chat.edit',
    create: (author) => {
      const answered = author.pick(author.own);
      return answered && send(author, 6, answered.id);
    },
  },
  {
    name: 'edit',
    weight: 2,
    needs: 'chat.edit',
    create: (author) => {
      const message = author.pick(author.own);
      if (!message) return undefined;
      const { name, id } = message;
      // The latest text tells which edit it was.
      return {
        type: 'change',
        name,
        messageId: id,
        text: textOf(name, `edited ${author.nextName()} ${sentence(author, 3)}`),
      };
    },
  },
  {
    name: 'delete',
    weight: 1,
    needs: 'chat.delete',
    create: (author) => {
      const message = author.pick(author.own);
      if (!message) return undefined;
      author.own.splice(author.own.indexOf(message), 1);
      return { type: 'change', name: message.name, messageId: message.id, text: null };
    },
  },
];
