import type { RestMessage, Room } from '@boltorezka/protocol';
import type { Client } from '@boltorezka/sdk';
import { pause } from '../hearing.ts';
import type { Correspondent } from './client.ts';

interface InboxPage {
  entries: { message: RestMessage; is_read: boolean }[];
  unread_count: number;
}

const lookEveryMs = 250;

const read = async <T>({ url, account }: Correspondent, path: string): Promise<T> => {
  const response = await fetch(url + path, { headers: { authorization: `Bearer ${account.token}` } });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return (await response.json()) as T;
};

const countsOfClient = (client: Client): string[] => {
  const { entries, unreadCount } = client.inbox.state.get();
  return [
    ...client.rooms.state
      .get()
      .rooms.map(
        ({ slug, messageCount, unreadCount: unread, readSeq, mentionCount }) =>
          `${slug}: ${messageCount} messages, ${unread} unread, read up to ${readSeq}, ${mentionCount} for me`,
      ),
    `inbox: ${unreadCount} unread`,
    ...entries.map(({ message, isRead }) => `inbox: ${message.id}${isRead ? '' : ', unread'}`),
  ];
};

const countsOfServer = async (person: Correspondent, shown: number): Promise<string[]> => {
  const { rooms } = await read<{ rooms: Room[] }>(person, '/v1/rooms');
  const inbox = await read<InboxPage>(person, '/v1/inbox?limit=100');
  return [
    ...rooms.map(({ slug, message_count: count = 0, read: mark, unread_mention_count: mentions = 0 }) => {
      const unread = Math.max(0, count - (mark?.message_count ?? 0));
      return `${slug}: ${count} messages, ${unread} unread, read up to ${mark?.seq ?? null}, ${mentions} for me`;
    }),
    `inbox: ${inbox.unread_count} unread`,
    ...inbox.entries
      .slice(0, shown)
      .map(({ message, is_read }) => `inbox: ${message.id}${is_read ? '' : ', unread'}`),
  ];
};

/** What the list of rooms and the inbox of a client say, and REST does not, once it has had time to hear of it. */
export const findMiscounts = async (
  client: Client,
  person: Correspondent,
  patienceMs: number,
): Promise<string[]> => {
  const until = performance.now() + patienceMs;
  for (;;) {
    const shown = client.inbox.state.get().entries.length;
    const theirs = await countsOfServer(person, shown).catch((error: unknown) => [String(error)]);
    const ours = countsOfClient(client);
    const wrong = ours.filter((line) => !theirs.includes(line));
    const missing = theirs.filter((line) => !ours.includes(line));
    if (wrong.length === 0 && missing.length === 0) return [];
    if (performance.now() > until)
      return [...wrong.map((line) => `shows ${line}`), ...missing.map((line) => `does not show ${line}`)].map(
        (what) => `${person.name} ${what}`,
      );
    await pause(lookEveryMs);
  }
};
