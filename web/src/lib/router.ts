import type { Store } from '@boltorezka/sdk';

/** What an address leads to; anything that is none of these leads to a room. */
export type Place = 'room' | 'invite' | 'reset' | 'admin';

const places: readonly Place[] = ['invite', 'reset', 'admin'];

export const parsePlace = (path: string): Place =>
  places.find((place) => path === `/${place}` || path === `/${place}/`) ?? 'room';

/** A secret stands behind the #, which browsers send to no server. */
export const parseCode = (hash: string): string | null => /^#([A-Za-z0-9_-]{16,64})$/.exec(hash)?.[1] ?? null;

const address = /^\/r\/([a-z0-9-]{3,48})(?:\/([0-9a-f-]{36}))?\/?$/;

/** The address of a room is `/r/<slug>`, and below it stand its messages. */
export const parseRoomPath = (path: string): string | null => address.exec(path)?.[1] ?? null;

/** The message that an address leads to, by its id. */
export const parseMessagePath = (path: string): string | null => address.exec(path)?.[2] ?? null;

export const roomPath = (slug: string): string => `/r/${slug}`;

export const messagePath = (slug: string, messageId: string): string => `/r/${slug}/${messageId}`;

export interface Router {
  /** The slug of the room that the address names. */
  roomSlug: Store<string | null>;
  place: Store<Place>;
  /** The secret that came with the address. */
  code: Store<string | null>;
  /** To the administration, or back to the rooms. */
  go(place: 'admin' | 'room'): void;
  openRoom(slug: string, options?: { replace: boolean }): void;
  /** The message that the address names, until it has been taken; then the address names its room again. */
  messageId: Store<string | null>;
  openMessage(slug: string, messageId: string): void;
  /** To a room or a message, by its address; any other leads nowhere. */
  openPath(path: string): void;
  /** Somebody leads to the message: no need to lead there twice. */
  takeMessage(): void;
  /** Whether the page has led from one place to another since it was loaded. */
  hasMoved(): boolean;
  close(): void;
}

/** Where the page is and has been, told to whoever follows it. */
const followAddress = (window: Window) => {
  const listeners = new Set<() => void>();
  let moved = false;
  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  const move = (): void => {
    moved = true;
    notify();
  };
  window.addEventListener('popstate', move);
  window.addEventListener('hashchange', notify);
  return {
    follow: <T>(get: () => T): Store<T> => ({
      get,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    }),
    notify,
    move,
    hasMoved: () => moved,
    close() {
      window.removeEventListener('popstate', move);
      window.removeEventListener('hashchange', notify);
      listeners.clear();
    },
  };
};

export const createRouter = (window: Window): Router => {
  const { follow, notify, move, hasMoved, close } = followAddress(window);
  const openPath = (path: string, replace: boolean): void => {
    if (path === window.location.pathname) return;
    const from = parseRoomPath(window.location.pathname);
    if (replace) window.history.replaceState(null, '', path);
    else window.history.pushState(null, '', path);
    // An address without a room is given one while the page loads, and one with a message loses that.
    if (from === null || from === parseRoomPath(path)) notify();
    else move();
  };
  // In the room that is open already, going back leads out of it, not from message to message.
  const isOpen = (slug: string): boolean => parseRoomPath(window.location.pathname) === slug;
  return {
    roomSlug: follow(() => parseRoomPath(window.location.pathname)),
    messageId: follow(() => parseMessagePath(window.location.pathname)),
    place: follow(() => parsePlace(window.location.pathname)),
    code: follow(() => parseCode(window.location.hash)),
    go(place) {
      // What is left behind may hold a code: nobody comes back to it.
      if (place === 'room') window.history.replaceState(null, '', '/');
      else window.history.pushState(null, '', `/${place}`);
      move();
    },
    openRoom: (slug, { replace } = { replace: false }) => openPath(roomPath(slug), replace),
    openMessage: (slug, messageId) => openPath(messagePath(slug, messageId), isOpen(slug)),
    openPath(path) {
      const slug = parseRoomPath(path);
      if (slug !== null) openPath(path, isOpen(slug));
    },
    takeMessage() {
      const slug = parseRoomPath(window.location.pathname);
      if (slug !== null) openPath(roomPath(slug), true);
    },
    hasMoved,
    close,
  };
};
