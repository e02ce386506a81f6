import { describe, expect, it } from 'vitest';
import type { Connection } from '../ws/connection.ts';
import { AccessActs } from './acts.ts';
import type { AccessEnforcerDeps, Occupant } from './ports.ts';
import type { Place, Verdict } from './repository.ts';
import { AccessReview } from './review.ts';

const stays: Omit<Verdict, keyof Place> = {
  loss: null,
  roomSlug: 'room',
  isRoomPublic: false,
  isVoiceOpen: true,
  isVoiceMuted: false,
};
const peopleCount = 3;

/** Everybody is here, and in so many private rooms that they are told of, or have been given unheard. */
const review = async (roomCount: number, loss: Verdict['loss']) => {
  const people = Array.from({ length: peopleCount }, (_, index) => ({
    userId: `u${index}`,
    sessionId: `s${index}`,
  }));
  const roomIds = Array.from({ length: roomCount }, (_, index) => `r${index}`);
  const places = people.flatMap(({ userId }) => roomIds.map((roomId) => ({ userId, roomId })));
  const sockets = people.map((identity) => ({ identity, rooms: new Map(), send: () => undefined }));
  const counted = { sockets: 0, seats: 0, lost: 0, gained: 0 };
  const { promise: reviewed, resolve } = Promise.withResolvers<typeof counted>();
  const ports = {
    hub: {
      get connections() {
        counted.sockets += 1;
        return sockets as unknown as Connection[];
      },
    },
    repository: {
      endedSessions: async () => [],
      judge: async (asked: Place[]) => asked.map((place) => ({ ...place, ...stays, loss })),
      belongings: async () => ({
        names: [],
        privatePlaces: places.map(({ userId }) => ({ userId, roomId: 'new' })),
      }),
    },
    seats: () => {
      counted.seats += 1;
      return [];
    },
    watchedRooms: () => roomIds,
    leaveRoom: () => {
      counted.lost += 1;
    },
    onRoomGained: () => {
      counted.gained += 1;
    },
    // The last of it; what is looked for afterwards does not count.
    onMissed: () => resolve({ ...counted }),
  } as unknown as AccessEnforcerDeps<Occupant>;
  const acts = new AccessActs(ports);
  new AccessReview({ ports, acts, people: { review: () => undefined }, mark: () => 0 }).askForAll();
  return reviewed;
};

describe('a review of everybody', () => {
  it.each([null, 'closed'] as const)(
    'looks through sockets and seats as often for many private places as for one (lost: %s)',
    async (loss) => {
      const [one, many] = [await review(1, loss), await review(50, loss)];
      expect([one.gained, many.gained]).toEqual([peopleCount, peopleCount * 50]);
      expect(many.lost).toBe(one.lost * 50);
      expect([many.sockets, many.seats]).toEqual([one.sockets, one.seats]);
    },
  );
});
