import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { within } from '../../lib/within.ts';

/** The server may be away: whoever signs out does not wait for it longer. */
const patienceMs = 3_000;

export interface SignOut {
  isLeaving: boolean;
  /** Why the sessions could not be ended. */
  error: unknown;
  /** What was written stays in this browser. */
  keep: () => void;
  erase: () => void;
}

/** What is to be gone is gone here at once, and taken back from the server while it can still be asked. */
export const useSignOut = ({ everywhere }: { everywhere: boolean }): SignOut => {
  const { client, uploads } = useServices();
  const { auth, unsent, drafts } = client;
  const leaving = useAction();
  const leave = (takeBack: () => Promise<unknown>): void =>
    void leaving.run(async () => {
      await within(patienceMs, takeBack());
      await auth.logout({ everywhere });
    });
  return {
    isLeaving: leaving.busy,
    error: leaving.error,
    keep: () => leave(() => uploads.takeBack()),
    erase: () =>
      leave(() => {
        drafts.erase();
        return Promise.all([unsent.erase(), uploads.takeBack()]);
      }),
  };
};
