import type { TokenStorage } from './types.ts';

/**
 * What is kept of a session between visits: its token; or only that there is one, whose secret is in a cookie that no
 * script can read; or that one is to be ended, which the server could not be told yet: by its token, or by the cookie.
 */
export type KeptSession =
  | { kind: 'token'; token: string }
  | { kind: 'cookie'; userId: string }
  | { kind: 'ending'; token: string | null };

export interface Kept {
  load(): KeptSession | null;
  saveToken(token: string): void;
  saveCookie(userId: string): void;
  saveEnding(token: string | null): void;
  /** Erases what is kept of this session, and nothing that another page has kept since. */
  forget(session: { token: string | null; userId: string | null }): void;
  forgetEnding(): void;
}

/** No token looks like these. */
const cookiePrefix = 'by cookie: ';
const endingWord = 'to be ended, by cookie';
const endingPrefix = 'to be ended: ';

export const createKept = (storage: TokenStorage): Kept => ({
  load: () => {
    const kept = storage.load();
    if (kept === null) return null;
    if (kept === endingWord) return { kind: 'ending', token: null };
    if (kept.startsWith(endingPrefix)) return { kind: 'ending', token: kept.slice(endingPrefix.length) };
    return kept.startsWith(cookiePrefix)
      ? { kind: 'cookie', userId: kept.slice(cookiePrefix.length) }
      : { kind: 'token', token: kept };
  },
  saveToken: (token) => storage.save(token),
  saveCookie: (userId) => storage.save(cookiePrefix + userId),
  saveEnding: (token) => storage.save(token === null ? endingWord : endingPrefix + token),
  forget: ({ token, userId }) => {
    const kept = storage.load();
    if (kept !== null && (kept === token || kept === cookiePrefix + userId)) storage.save(null);
  },
  forgetEnding: () => {
    const kept = storage.load();
    if (kept === endingWord || kept?.startsWith(endingPrefix)) storage.save(null);
  },
});
