import type { ChatClient, Named } from './client.ts';
import { type Author, type MessageKind, messageKinds, type OwnMessage } from './kinds.ts';

export interface LoadOptions {
  clients: readonly ChatClient[];
  /** The first client moderates them. */
  slugs: readonly string[];
  people: readonly Named[];
  /** Of all clients together. */
  perSecond: number;
}

export interface Load {
  /** @returns how often nothing was written because too much waited already. */
  stop(): number;
}

const tickMs = 20;

/** Nobody writes on and on while nothing goes out; ten seconds of it are written through. */
const maxWaiting = 200;

const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(Math.random() * list.length)];

const pickKind = (): MessageKind | undefined => {
  let left = Math.random() * messageKinds.reduce((sum, { weight }) => sum + weight, 0);
  return messageKinds.find(({ weight }) => {
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
          const attempt = attempts[taken];
          const known = acked.get(attempt?.name ?? '');
          if (!attempt || !known) return;
          const { name, isInThread = false } = attempt;
          if (attempt.roomSlug === slug) own.push({ name, id: known.id, isInThread });
        }
      };
      return { client, slug, own, takeAcked };
    }),
  );

/** Has clients write to the rooms, at a steady pace, until it is stopped. */
export const startLoad = ({ clients, slugs, people, perSecond }: LoadOptions): Load => {
  const authors = createAuthors(clients, slugs);
  const numbers = new Map<ChatClient, number>();
  let due = 0;
  let withheld = 0;
  const nextName = (client: ChatClient): string => {
    const number = (numbers.get(client) ?? 0) + 1;
    numbers.set(client, number);
    return `${client.journal.clientName}-${number}`;
  };
  const writeOne = (): void => {
    const entry = pick(authors);
    if (!entry) return;
    const { client, slug, own, takeAcked } = entry;
    if (client.waiting().length >= maxWaiting) {
      withheld += 1;
      return;
    }
    takeAcked();
    const others = people.filter(({ userId }) => userId !== client.journal.userId);
    const moderates = client === clients[0];
    const author: Author = { nextName: () => nextName(client), own, others, moderates, pick };
    const operation = pickKind()?.create(author);
    if (operation) client.write(slug, operation);
  };
  const timer = setInterval(() => {
    for (due += (perSecond * tickMs) / 1_000; due >= 1; due -= 1) writeOne();
  }, tickMs);
  return {
    stop: () => {
      clearInterval(timer);
      return withheld;
    },
  };
};
