import type { ChatClient } from './client.ts';
import type { Author, MessageKind, OwnMessage } from './kinds.ts';

export interface LoadOptions {
  clients: readonly ChatClient[];
  slugs: readonly string[];
  kinds: readonly MessageKind[];
  /** Of all clients together. */
  perSecond: number;
}

export interface Load {
  stop(): void;
}

const tickMs = 20;

/** Nobody writes on and on while nothing goes out. */
const maxWaiting = 30;

const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(Math.random() * list.length)];

const pickKind = (kinds: readonly MessageKind[]): MessageKind | undefined => {
  let left = Math.random() * kinds.reduce((sum, { weight }) => sum + weight, 0);
  return kinds.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
};

/** An author a client and room: what they have written there, as far as the server has it. */
const createAuthors = (clients: readonly ChatClient[], slugs: readonly string[]) =>
  clients.flatMap((client) =>
    slugs.map((slug) => {
      const own: OwnMessage[] = [];
      let taken = 0;
      /** What was acknowledged since the last look. */
      const takeAcked = () => {
        const { attempts, acked } = client.journal;
        for (; taken < attempts.length; taken += 1) {
          const { name, roomSlug } = attempts[taken] ?? { name: '', roomSlug: '' };
          const known = acked.get(name);
          if (!known) return;
          if (roomSlug === slug) own.push({ name, id: known.id });
        }
      };
      return { client, slug, own, takeAcked };
    }),
  );

/** Has clients write to the rooms, at a steady pace, until it is stopped. */
export const startLoad = ({ clients, slugs, kinds, perSecond }: LoadOptions): Load => {
  const authors = createAuthors(clients, slugs);
  const numbers = new Map<ChatClient, number>();
  let due = 0;
  const nextName = (client: ChatClient): string => {
    const number = (numbers.get(client) ?? 0) + 1;
    numbers.set(client, number);
    return `${client.journal.clientName}-${number}`;
  };
  const writeOne = (): void => {
    const entry = pick(authors);
    if (!entry || entry.client.waiting().length >= maxWaiting) return;
    const { client, slug, own, takeAcked } = entry;
    takeAcked();
    const author: Author = { nextName: () => nextName(client), own, pick };
    const operation = pickKind(kinds)?.create(author);
    if (operation && client.canDo(operation)) client.write(slug, operation);
  };
  const timer = setInterval(() => {
    for (due += (perSecond * tickMs) / 1_000; due >= 1; due -= 1) writeOne();
  }, tickMs);
  return { stop: () => clearInterval(timer) };
};
