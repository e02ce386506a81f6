import { AppError } from '@boltorezka/sdk';
import { errorTextKey } from '../../lib/error-text.ts';

/** Why a conversation of two could not be opened. Which of the two has blocked the other is not told. */
export const directErrorKey = (error: unknown) => {
  if (error instanceof AppError && error.code === 'Forbidden') return 'people.cannotWrite' as const;
  if (error instanceof AppError && error.code === 'NotFound') return 'people.gone' as const;
  return errorTextKey(error);
};
