import { errorTextKey, isCode } from './error-text.ts';

/** Why an account cannot be changed so: who alone administers the server has to stay. */
export const accountErrorKey = (error: unknown) =>
  isCode(error, 'Conflict') ? 'account.lastAdministrator' : errorTextKey(error);
