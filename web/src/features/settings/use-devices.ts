import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { useRemote } from '../../lib/use-remote.ts';

/** Where this person is signed in. */
export const useDevices = () => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  const { account } = client;
  const action = useAction();
  const list = useRemote(useCallback(() => account.sessions(), [account]));
  return {
    list,
    busy: action.busy,
    error: action.error,
    end: async (id: string) => {
      if (!(await action.run(() => account.endSession(id)))) return;
      list.change((sessions) => sessions.filter((session) => session.id !== id));
      list.refresh();
      toasts.show(t('account.deviceEnded'));
    },
    endOthers: async () => {
      if (!(await action.run(() => account.endOtherSessions()))) return;
      list.change((sessions) => sessions.filter((session) => session.is_current));
      list.refresh();
      toasts.show(t('account.othersEnded'));
    },
  };
};
