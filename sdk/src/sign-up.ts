import { AppError, type AuthResult } from '@boltorezka/protocol';
import { isRetryable } from './failures.ts';
import type { Http } from './http.ts';
import type { RegisterInput } from './types.ts';

type Registered = AuthResult & { room_slug?: string | undefined };
type Asked = RegisterInput & { renewal?: 'cookie' };

/** @throws AppError `Unauthorized` as the server's: it is no account of this person's. */
const signIn = (http: Http, { email, password, renewal }: Asked): Promise<Registered> =>
  http.call('auth.login', { body: { email, password, ...(renewal && { renewal }) } });

/**
 * Creates accounts. Whoever got no answer may have one, and would read that their own address is taken when they try again:
 * they are signed in then, if the password is that of the account.
 */
export const createSignUp = (http: Http): ((asked: Asked) => Promise<Registered>) => {
  let isDoubtful: string | null = null;
  return async (asked) => {
    try {
      return await http.call('auth.register', { body: asked });
    } catch (error) {
      if (isRetryable(error)) isDoubtful = asked.email;
      const isOwn = error instanceof AppError && error.code === 'Conflict' && isDoubtful === asked.email;
      if (!isOwn) throw error;
      return await signIn(http, asked).catch((reason: unknown) => {
        throw reason instanceof AppError && reason.code === 'Unauthorized' ? error : reason;
      });
    }
  };
};
