import type { IncomingMessage } from 'node:http';

/**
 * May a page of this origin open a socket here? Browsers always send an Origin, and a foreign one is a page that rides
 * on its visitor (CWE-1385). wscat and native apps send none.
 */
export const createIsOriginAllowed =
  (allowedOrigins: readonly string[]) =>
  ({ headers }: Pick<IncomingMessage, 'headers'>): boolean => {
    const { origin, host } = headers;
    if (origin === undefined || allowedOrigins.includes(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  };
