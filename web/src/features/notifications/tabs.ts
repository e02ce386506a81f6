import { isSamePlace, type SpokenPlace } from '../../lib/attention.ts';

/** What of the Web Locks API is used. It is missing where the page came without encryption. */
export type Locks = Pick<LockManager, 'request' | 'query'>;

/** The pages of one browser: one of them tells of what is written, and each knows where the others are looked at. */
export interface Tabs {
  isTelling(): boolean;
  /** Where this page is looked at, from now on. */
  setLooking(places: readonly SpokenPlace[]): void;
  isLookedAt(place: SpokenPlace): Promise<boolean>;
  close(): void;
}

const tellerName = 'boltorezka.teller';
const lookName = ({ roomSlug, threadRootId }: SpokenPlace): string =>
  `boltorezka.looking ${roomSlug} ${threadRootId ?? ''}`;

interface Held {
  place: SpokenPlace;
  release(): void;
}

interface Wanted {
  name: string;
  mode: LockMode;
  onHeld?: () => void;
}

/** Holds a lock until it is released; one that is waited for is waited for no more. */
const hold = (locks: Locks, { name, mode, onHeld }: Wanted): (() => void) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const waiting = new AbortController();
  const task = (): Promise<void> => {
    onHeld?.();
    return promise;
  };
  locks.request(name, { mode, signal: waiting.signal }, task).catch(() => undefined);
  return () => {
    waiting.abort();
    resolve();
  };
};

const createLone = (): Tabs => {
  let looking: readonly SpokenPlace[] = [];
  return {
    isTelling: () => true,
    setLooking: (places) => {
      looking = places;
    },
    isLookedAt: async (place) => looking.some((other) => isSamePlace(place, other)),
    close: () => undefined,
  };
};

/** Locks go with the page that holds them, however it ends: then another page tells. */
export const createTabs = (locks: Locks | undefined): Tabs => {
  if (!locks) return createLone();
  let isTelling = false;
  let held: Held[] = [];
  const stopTelling = hold(locks, {
    name: tellerName,
    mode: 'exclusive',
    onHeld: () => {
      isTelling = true;
    },
  });
  const setLooking = (places: readonly SpokenPlace[]): void => {
    const isWanted = ({ place }: Held) => places.some((other) => isSamePlace(place, other));
    for (const former of held) if (!isWanted(former)) former.release();
    const kept = held.filter(isWanted);
    const added = places.filter((place) => !kept.some((other) => isSamePlace(place, other.place)));
    const take = (place: SpokenPlace): Held => ({
      place,
      release: hold(locks, { name: lookName(place), mode: 'shared' }),
    });
    held = [...kept, ...added.map(take)];
  };
  return {
    isTelling: () => isTelling,
    setLooking,
    async isLookedAt(place) {
      if (held.some((own) => isSamePlace(place, own.place))) return true;
      const { held: all = [] } = await locks.query();
      return all.some(({ name }) => name === lookName(place));
    },
    close() {
      isTelling = false;
      stopTelling();
      setLooking([]);
    },
  };
};
