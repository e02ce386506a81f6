import { AppError } from '@boltorezka/protocol';
import type { Http } from './http.ts';

const isRefused = (error: unknown): boolean => error instanceof AppError && error.code === 'Unauthorized';

/** A session that has ended by itself is as good as one that was ended. */
const unlessRefused = (error: unknown): void => {
  if (!isRefused(error)) throw error;
};

/** Has the server end a session. A token that has run out meanwhile does not keep alive one that has a cookie. */
export const endOnServer = async (
  http: Http,
  { token, isByCookie }: { token: string | null; isByCookie: boolean },
): Promise<void> => {
  const end = (by: string) => http.call('auth.logout', { body: {} }, { token: by });
  const endByCookie = async (): Promise<void> => {
    await end((await http.call('auth.refresh', { body: {} })).token);
  };
  try {
    if (token === null) await endByCookie();
    else await end(token);
  } catch (error) {
    unlessRefused(error);
    if (isByCookie && token !== null) await endByCookie().catch(unlessRefused);
  }
};
