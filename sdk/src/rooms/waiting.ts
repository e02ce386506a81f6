import type { ServerEvent } from '@boltorezka/protocol';
import { createStore, readOnly } from '../store.ts';
import type { ModerationWaiting, RoomEntry, Rooms } from '../types/rooms.ts';

type WaitingByRoom = Readonly<Record<string, ModerationWaiting>>;

const nothingWaits: WaitingByRoom = Object.create(null);

/** A room may be called as something that every object has. */
const toRecord = (rooms: WaitingByRoom): WaitingByRoom => Object.assign(Object.create(null), rooms);

/** What waits for whoever looks after rooms, and after the server. */
export interface Waiting {
  state: Rooms['waiting'];
  serverReportCount: Rooms['serverReportCount'];
  handleEvent(event: ServerEvent): void;
  /** The rooms of this person, and what they are there. What waits in one is nothing to who does not look after it any more. */
  handleRooms(rooms: readonly RoomEntry[]): void;
  /** The server tells anew what waits for moderators, and nothing of where nothing does any more. */
  forget(): void;
}

/** @param administers whether this person looks after every room that they may enter. */
export const createWaiting = (administers: () => boolean): Waiting => {
  const state = createStore(nothingWaits);
  const serverReportCount = createStore(0);
  let lookedAfter: ReadonlySet<string> = new Set();
  /** Rooms that this person looks after no more: what was counted before that may be told after it. */
  const former = new Set<string>();
  const isLookedAfter = ({ myRole }: RoomEntry): boolean =>
    myRole === 'moderator' || myRole === 'owner' || administers();
  return {
    state: readOnly(state),
    serverReportCount: readOnly(serverReportCount),
    handleEvent: (event) => {
      if (event.type === 'moderation.serverWaiting') serverReportCount.set(event.payload.reportCount);
      if (event.type !== 'moderation.waiting') return;
      const { roomSlug, joinRequestCount, reportCount } = event.payload;
      state.set(toRecord({ ...state.get(), [roomSlug]: { joinRequestCount, reportCount } }));
    },
    handleRooms: (rooms) => {
      const before = lookedAfter;
      lookedAfter = new Set(rooms.filter(isLookedAfter).map(({ slug }) => slug));
      for (const slug of before) former.add(slug);
      for (const slug of lookedAfter) former.delete(slug);
      // Of a room that they have not looked after yet, it may be told before what this person is there, or that they administer.
      const kept = Object.entries(state.get()).filter(([slug]) => !former.has(slug));
      if (kept.length < Object.keys(state.get()).length) state.set(toRecord(Object.fromEntries(kept)));
    },
    forget: () => {
      former.clear();
      state.set(nothingWaits);
      serverReportCount.set(0);
    },
  };
};
