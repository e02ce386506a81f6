import { AppError } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';

/** Why something could not be done to somebody. */
const reasonKey = (error: unknown) => {
  if (!(error instanceof AppError)) return errorTextKey(error);
  if (error.code === 'Conflict') return 'moderation.conflict' as const;
  if (error.code === 'NotFound') return 'moderation.personGone' as const;
  return errorTextKey(error);
};

interface Sentence {
  busy: boolean;
  error: string | null;
  /** Closes the dialog and says what was done, where it was. */
  pass: (action: () => Promise<unknown>, said: string) => Promise<void>;
}

/** What a dialog about a person does when it is confirmed. */
export const useSentence = (onClose: () => void): Sentence => {
  const { t } = useTranslation();
  const { toasts } = useServices();
  const { busy, error, run } = useAction();
  return {
    busy,
    error: error === null ? null : t(reasonKey(error)),
    pass: async (action, said) => {
      if (!(await run(action))) return;
      onClose();
      toasts.show(said);
    },
  };
};
