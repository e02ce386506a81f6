import type { Store } from '@boltorezka/sdk';

const address = /^\/r\/([a-z0-9-]{3,48})(?:\/([0-9a-f-]{36}))?\/?$/;

/** The page has one kind of address: `/r/<slug>`, and below it its messages. Anything else is the way in. */
export const parseRoomPath = (path: string): string | null => address.exec(path)?.[1] ?? null;

/** The message that an address leads to, by its id. */
export const parseMessagePath = (path: string): string | null => address.exec(path)?.[2] ?? null;

export const roomPath = (slug: string): string => `/r/${slug}`;

export const messagePath = (slug: string, messageId: string): string => `/r/${slug}/${messageId}`;

export interface Router {
  /** The slug of the room that the address names. */
  roomSlug: Store<string | null>;
  openRoom(slug: string, options?: { replace: boolean }): void;
  /** The message that the address names, until it has been taken; then the address names its room again. */
  messageId: Store<string | null>;
  openMessage(slug: string, messageId: string): void;
  /** Somebody leads to the message: no need to lead there twice. */
  takeMessage(): void;
  close(): void;
}

export const createRouter = (window: Window): Router => {
  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  window.addEventListener('popstate', notify);
  const subscribe = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const go = (path: string, replace: boolean): void => {
    if (path === window.location.pathname) return;
    if (replace) window.history.replaceState(null, '', path);
    else window.history.pushState(null, '', path);
    notify();
  };
  return {
    roomSlug: { get: () => parseRoomPath(window.location.pathname), subscribe },
    messageId: { get: () => parseMessagePath(window.location.pathname), subscribe },
    openRoom: (slug, { replace } = { replace: false }) => go(roomPath(slug), replace),
    openMessage(slug, messageId) {
      // In the room that is open already, going back leads out of it, not from message to message.
      go(messagePath(slug, messageId), parseRoomPath(window.location.pathname) === slug);
    },
    takeMessage() {
      const slug = parseRoomPath(window.location.pathname);
      if (slug !== null) go(roomPath(slug), true);
    },
    close() {
      window.removeEventListener('popstate', notify);
      listeners.clear();
    },
  };
};
