import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { leaveEverywhere, leaveHere } from './leave.ts';

export interface SignOut {
  isLeaving: boolean;
  /** Why the sessions could not be ended. */
  error: unknown;
  /** What was written stays in this browser. */
  keep: () => void;
  erase: () => void;
}

export const useSignOut = ({ everywhere }: { everywhere: boolean }): SignOut => {
  const services = useServices();
  const leaving = useAction();
  const leave = everywhere ? leaveEverywhere : leaveHere;
  return {
    isLeaving: leaving.busy,
    error: leaving.error,
    keep: () => void leaving.run(() => leave(services, { erases: false })),
    erase: () => void leaving.run(() => leave(services, { erases: true })),
  };
};
