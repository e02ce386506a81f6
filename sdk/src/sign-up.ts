import { AppError, type AuthResult } from '@boltorezka/protocol';
import { isRetryable } from './failures.ts';
import type { Http } from './http.ts';
import type { RegisterInput } from './types.ts';

type Registered = AuthResult & {
  room_slug?: string | undefined;
  /** False where the account was there already. */
  isNew: boolean;
};
type Asked = RegisterInput & { renewal?: 'cookie' };

/** @throws AppError `Unauthorized` where it is no account of this person's. */
const signIn = async (http: Http, { email, password, renewal }: Asked): Promise<Registered> => ({
  ...(await http.call('auth.login', { body: { email, password, ...(renewal && { renewal }) } })),
  isNew: false,
});

const codeOf = (error: unknown) => (error instanceof AppError ? error.code : null);

/** How the server answers whoever has used up their address, or an invitation, by an attempt that they know nothing of. */
const mayBeOwnDoing = (error: unknown): boolean => ['Conflict', 'Forbidden'].includes(codeOf(error) ?? '');

/**
 * Creates accounts. Whoever got no answer may have one, and would read that their own address is taken when they try again, or
 * that their invitation has ended: they are signed in then, if the password is that of the account.
 */
export const createSignUp = (http: Http): ((asked: Asked) => Promise<Registered>) => {
  let doubtfulEmail: string | null = null;
  return async (asked) => {
    try {
      return { ...(await http.call('auth.register', { body: asked })), isNew: true };
    } catch (error) {
      if (isRetryable(error) && codeOf(error) !== 'RateLimited') doubtfulEmail = asked.email;
      if (doubtfulEmail !== asked.email || !mayBeOwnDoing(error)) throw error;
      return await signIn(http, asked).catch((reason: unknown) => {
        throw codeOf(reason) === 'Unauthorized' ? error : reason;
      });
    }
  };
};
