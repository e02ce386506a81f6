import type { Store } from '@boltorezka/sdk';

/** The page has one kind of address: `/r/<slug>`. Anything else is the way in. */
export const parseRoomPath = (path: string): string | null =>
  /^\/r\/([a-z0-9-]{3,48})\/?$/.exec(path)?.[1] ?? null;

export const roomPath = (slug: string): string => `/r/${slug}`;

export interface Router {
  /** The slug of the room that the address names. */
  roomSlug: Store<string | null>;
  openRoom(slug: string, options?: { replace: boolean }): void;
  close(): void;
}

export const createRouter = (window: Window): Router => {
  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  window.addEventListener('popstate', notify);
  return {
    roomSlug: {
      get: () => parseRoomPath(window.location.pathname),
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
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
      listeners.clear();
    },
  };
};
