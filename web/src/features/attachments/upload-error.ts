import { UnreadableFileError } from '@boltorezka/sdk';
import { errorTextKey, isCode } from '../../lib/error-text.ts';

/** Why a file did not go up, in words about files. */
export const uploadErrorKey = (error: unknown) => {
  if (error instanceof UnreadableFileError) return 'files.unreadable';
  return isCode(error, 'PayloadTooLarge') ? 'files.tooLarge' : errorTextKey(error);
};
