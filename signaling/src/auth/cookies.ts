import { createHash } from 'node:crypto';
import { AppError } from '@boltorezka/protocol';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { Caller } from '../http/caller.ts';

export interface RefreshCookies {
  /** What has a browser keep the token, as it stands in the header. */
  set(caller: Caller, token: string): string;
  /** The header that has it forget the token; none where it showed none. */
  clear(caller: Caller): Record<string, string>;
  /** The token that the browser shows, to compare it: nothing is to be given for it. */
  find(caller: Pick<Caller, 'headers'>): string | undefined;
  /**
   * The token that the browser keeps for us.
   * @throws AppError `Forbidden` where a page of elsewhere has the browser show it.
   */
  read(caller: Caller): string | undefined;
}

export interface RefreshCookieDeps {
  secret: string;
  maxAgeMs: number;
  isOriginAllowed: (caller: Pick<Caller, 'headers'>) => boolean;
}

/** The only path that cookies are sent to. */
export const pathOfAuth = '/v1/auth';

/** By HTTPS, also where the proxy that speaks it is not one that we trust: then the page's own address tells. */
export const isSecure = ({ isSecure: isKnown, headers: { origin } }: Caller): boolean =>
  isKnown || origin?.startsWith('https:') === true;

/** Keeps a refresh token where no script can read it (HttpOnly), and no page of elsewhere can have it sent (SameSite). */
export const createRefreshCookies = (deps: RefreshCookieDeps): RefreshCookies => {
  const { secret, maxAgeMs, isOriginAllowed } = deps;
  // Browsers do not tell ports apart: two servers at one host would take each other's.
  const name = `boltorezka_${createHash('sha256').update(`cookie ${secret}`).digest('hex').slice(0, 8)}`;
  const find = ({ headers }: Pick<Caller, 'headers'>) => parseCookie(headers.cookie ?? '')[name];
  const write = (caller: Caller, value: string, maxAgeS: number) => {
    const flags = { httpOnly: true, sameSite: 'strict' as const, secure: isSecure(caller) };
    return stringifySetCookie({ name, value, path: pathOfAuth, maxAge: maxAgeS, ...flags });
  };
  return {
    find,
    set: (caller, token) => write(caller, token, Math.floor(maxAgeMs / 1000)),
    clear: (caller) => (find(caller) === undefined ? {} : { 'set-cookie': write(caller, '', 0) }),
    read: (caller) => {
      const token = find(caller);
      if (token === undefined) return undefined;
      // Browsers name the origin of every POST.
      if (caller.headers.origin === undefined || !isOriginAllowed(caller)) {
        throw new AppError('Forbidden', 'A page of another origin may not renew this session.');
      }
      return token;
    },
  };
};
