import type { RoomJoined } from '@boltorezka/protocol';
import type { ClientJournal } from './journal.ts';

/** Listens to what a server tells as it tells it, before anybody puts it in order. */
export interface Ear {
  handleNewSocket(): void;
  /** An event of a room's log. */
  hear(roomSlug: string, type: string, seq: number): void;
  /** What was missed: each message once, as it is now, in the order in which they changed. */
  hearReplay(roomSlug: string, joined: RoomJoined, asked: { afterSeq?: number }): void;
}

export const createEar = ({ clientName, twice, disordered, overtaken }: ClientJournal): Ear => {
  let heard = new Set<string>();
  let latest = new Map<string, number>();
  return {
    handleNewSocket: () => {
      heard = new Set();
      latest = new Map();
    },
    hear: (roomSlug, type, seq) => {
      const key = `${type} ${seq} of ${roomSlug}`;
      if (heard.has(key)) twice.push(`${clientName}: ${key}`);
      heard.add(key);
      if (type !== 'chat.message') return;
      const before = latest.get(roomSlug) ?? 0;
      if (seq < before) overtaken.push(`${clientName}: ${key} came after ${before}`);
      latest.set(roomSlug, Math.max(before, seq));
    },
    hearReplay: (roomSlug, joined, { afterSeq = 0 }) => {
      if (!joined.recovered) return;
      const ids = new Set<string>();
      let before = afterSeq;
      for (const { id, seq, revision = seq } of joined.missed) {
        const where = `${clientName}: the replay of ${roomSlug} after ${afterSeq}, ${revision}`;
        if (ids.has(id)) twice.push(where);
        ids.add(id);
        if (revision < before || revision === afterSeq) disordered.push(`${where} after ${before}`);
        before = revision;
      }
    },
  };
};
