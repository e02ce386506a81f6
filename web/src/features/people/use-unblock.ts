import type { Member } from '@boltorezka/sdk';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';

/** Blocks somebody no more, and says so, or why that could not be. */
export const useUnblock = (): ((person: Member) => void) => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  return useCallback(
    ({ userId, userName: name }) => {
      client.people.unblock(userId).then(
        () => toasts.show(t('people.unblocked', { name })),
        (error: unknown) => toasts.show(t(errorTextKey(error))),
      );
    },
    [client, toasts, t],
  );
};
