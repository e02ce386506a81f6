import type { DeviceSession } from '@boltorezka/sdk';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';

/** Where this person is signed in. What is ended goes from the list. */
export const useDevices = () => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  const { account } = client;
  const action = useAction();
  const [sessions, setSessions] = useState<readonly DeviceSession[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let isWanted = true;
    account.sessions().then(
      (found) => isWanted && setSessions(found),
      (reason: unknown) => isWanted && setError(reason),
    );
    return () => {
      isWanted = false;
    };
  }, [account]);
  const keep = (fits: (session: DeviceSession) => boolean): void =>
    setSessions((known) => known?.filter(fits) ?? null);
  return {
    sessions,
    busy: action.busy,
    error: action.error ?? error,
    end: async (id: string) => {
      if (!(await action.run(() => account.endSession(id)))) return;
      keep((session) => session.id !== id);
      toasts.show(t('account.deviceEnded'));
    },
    endOthers: async () => {
      if (!(await action.run(() => account.endOtherSessions()))) return;
      keep(({ is_current }) => is_current);
      toasts.show(t('account.othersEnded'));
    },
  };
};
