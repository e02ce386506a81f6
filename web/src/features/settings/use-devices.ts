import type { DeviceSession } from '@boltorezka/sdk';
import { useEffect, useState } from 'react';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';

/** Where this person is signed in. What is ended goes from the list. */
export const useDevices = () => {
  const { account, auth } = useServices().client;
  const action = useAction();
  const leaving = useAction();
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
      if (await action.run(() => account.endSession(id))) keep((session) => session.id !== id);
    },
    endOthers: async () => {
      if (await action.run(() => account.endOtherSessions())) keep(({ is_current }) => is_current);
    },
    endAll: {
      ...{ busy: leaving.busy, error: leaving.error },
      run: () => leaving.run(() => auth.logout({ everywhere: true })),
    },
  };
};
