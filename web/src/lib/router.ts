import type { Store } from '@boltorezka/sdk';

/** What an address leads to; anything that is none of these leads to a room. */
export type Place = 'room' | 'invite' | 'reset' | 'admin';

const places: readonly Place[] = ['invite', 'reset', 'admin'];

export const parsePlace = (path: string): Place =>
  places.find((place) => path === `/${place}` || path === `/${place}/`) ?? 'room';

/** A secret stands behind the #, which browsers send to no server. */
export const parseCode = (hash: string): string | null => /^#([A-Za-z0-9_-]{16,64})$/.exec(hash)?.[1] ?? null;

/** The address of a room is `/r/<slug>`. */
export const parseRoomPath = (path: string): string | null =>
  /^\/r\/([a-z0-9-]{3,48})\/?$/.exec(path)?.[1] ?? null;

export const roomPath = (slug: string): string => `/r/${slug}`;

export interface Router {
  /** The slug of the room that the address names. */
  roomSlug: Store<string | null>;
  place: Store<Place>;
  /** The secret that came with the address. */
  code: Store<string | null>;
  /** To the administration, or back to the rooms. */
  go(place: 'admin' | 'room'): void;
  openRoom(slug: string, options?: { replace: boolean }): void;
  close(): void;
}

export const createRouter = (window: Window): Router => {
  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  const follow = <T>(get: () => T): Store<T> => ({
    get,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  window.addEventListener('popstate', notify);
  window.addEventListener('hashchange', notify);
  return {
    roomSlug: follow(() => parseRoomPath(window.location.pathname)),
    place: follow(() => parsePlace(window.location.pathname)),
    code: follow(() => parseCode(window.location.hash)),
    go(place) {
      // What is left behind may hold a code: nobody comes back to it.
      if (place === 'room') window.history.replaceState(null, '', '/');
      else window.history.pushState(null, '', `/${place}`);
      notify();
    },
    openRoom(slug, { replace } = { replace: false }) {
      const path = roomPath(slug);
      if (path === window.location.pathname) return;
      if (replace) window.history.replaceState(null, '', path);
      else window.history.pushState(null, '', path);
      notify();
    },
    close() {
      window.removeEventListener('popstate', notify);
      window.removeEventListener('hashchange', notify);
      listeners.clear();
    },
  };
};
