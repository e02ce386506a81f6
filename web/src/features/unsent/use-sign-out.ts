import { useState } from 'react';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { createLeaveEverywhere, leaveHere } from './leave.ts';

export interface SignOut {
  isLeaving: boolean;
  /** Why the sessions could not be ended. */
  error: unknown;
  /** What was written stays in this browser. */
  keep: () => void;
  erase: () => void;
  /** Whoever could not be signed out stays. */
  giveUp: () => void;
}

export const useSignOut = ({ everywhere }: { everywhere: boolean }): SignOut => {
  const services = useServices();
  const leaving = useAction();
  const [endingAll] = useState(createLeaveEverywhere);
  const leave = everywhere ? endingAll.leave : leaveHere;
  return {
    isLeaving: leaving.busy,
    error: leaving.error,
    keep: () => void leaving.run(() => leave(services, { erases: false })),
    erase: () => void leaving.run(() => leave(services, { erases: true })),
    giveUp: endingAll.giveUp,
  };
};
