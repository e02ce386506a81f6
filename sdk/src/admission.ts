import { AppError } from '@boltorezka/protocol';
import type { Http } from './http.ts';

/** What opens a socket: a ticket, once; or the token itself, at a server that knows no tickets. */
export type Admission = { ticket: string } | { token: string };

export type Admit = (asked: { mustRenew: boolean; signal: AbortSignal }) => Promise<Admission>;

export interface AdmitDeps {
  http: Http;
  getToken: () => string | null;
  /** Gets another token. Rejects with `Unauthorized` where the session has ended. */
  renew: () => Promise<void>;
}

/** Asks the server for a ticket, so that no address holds a token that lasts. */
export const createAdmit =
  ({ http, getToken, renew }: AdmitDeps): Admit =>
  async ({ mustRenew, signal }) => {
    if (mustRenew) await renew();
    try {
      return { ticket: (await http.call('realtime.ticket', {}, { signal })).ticket };
    } catch (error) {
      const token = getToken();
      // A server of before there were tickets.
      if (error instanceof AppError && error.code === 'NotFound' && token !== null) return { token };
      throw error;
    }
  };

/** The address of the socket; it holds secrets, so it is never logged. */
export const toSocketUrl = (baseUrl: string, admission: Admission, resumeToken: string | null): string => {
  const url = new URL('/v1/realtime/ws', baseUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  for (const [name, value] of Object.entries(admission)) url.searchParams.set(name, value);
  if (resumeToken !== null) url.searchParams.set('resume', resumeToken);
  return url.href;
};
