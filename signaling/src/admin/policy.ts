import { AppError } from '@boltorezka/protocol';
import type { Session } from '../http/session.ts';

/** @throws AppError `Forbidden`, whatever is asked for: who administers nothing learns nothing. */
export const assertAdministrator = ({ user }: Session): void => {
  if (user.is_administrator !== true)
    throw new AppError('Forbidden', 'Only an administrator of this server may do that.');
};
