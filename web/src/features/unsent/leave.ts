import type { Client, ConnectionState, Store, User } from '@boltorezka/sdk';
import { within } from '../../lib/within.ts';
import type { UploadPlaces } from '../attachments/upload-places.ts';

/** The server may be away: whoever signs out does not wait for it longer. */
const patienceMs = 3_000;

interface LeaveDeps {
  client: {
    auth: Pick<Client['auth'], 'state' | 'logout'>;
    connection: { state: Store<Pick<ConnectionState, 'status'>> };
    unsent: Pick<Client['unsent'], 'erase'>;
    drafts: Pick<Client['drafts'], 'erase'>;
  };
  uploads: Pick<UploadPlaces, 'takeBack'>;
  /** Out of this browser, all that this person has written and not sent. */
  eraseWritten: (userId: string) => Promise<void>;
}

interface Wish {
  /** What was written is to be gone as well. */
  erases: boolean;
}

/** What is to be gone is gone here at once, and taken back from the server while it can still be asked: this never fails. */
export const leaveHere = async (
  { client: { auth, unsent, drafts }, uploads }: LeaveDeps,
  { erases }: Wish,
): Promise<void> => {
  if (erases) drafts.erase();
  await within(patienceMs, Promise.all([erases && unsent.erase(), uploads.takeBack()]));
  await auth.logout();
};

const isSignedIn = ({ state }: Pick<Client['auth'], 'state'>, { id }: User): boolean =>
  state.get().user?.id === id;

/**
 * Where the session has ended, the server says so as soon as it can be asked. Who is signed out later is so for another reason,
 * and was not asked.
 */
const noticedWithinMs = 60_000;

/** Calls this where the person is found to be signed out. @returns what ends the wait. */
const whenGone = ({ auth, connection }: LeaveDeps['client'], user: User, then: () => void): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    for (const unsubscribe of following) unsubscribe();
  };
  const count = (): void => {
    clearTimeout(timer);
    if (connection.state.get().status === 'online') timer = setTimeout(stop, noticedWithinMs);
  };
  const look = (): void => {
    if (isSignedIn(auth, user)) return;
    stop();
    then();
  };
  const following = [auth.state.subscribe(look), connection.state.subscribe(count)];
  count();
  return stop;
};

export interface LeaveEverywhere {
  /**
   * Nothing is gone before the server has ended the sessions: where it does not, whoever stays signed in has their files and
   * words still. After that it can be asked to delete no file any more: it does so by itself within eight days, and until then
   * they are listed, to be removed, with the export of one's data.
   */
  leave(deps: LeaveDeps, wish: Wish): Promise<void>;
  /** Whoever could not be signed out stays. */
  giveUp(): void;
}

export const createLeaveEverywhere = (): LeaveEverywhere => {
  let giveUp = (): void => {};
  return {
    leave: async ({ client, eraseWritten }, { erases }) => {
      const { auth } = client;
      giveUp();
      const { user } = auth.state.get();
      try {
        await auth.logout({ everywhere: true });
      } finally {
        const erase = (): Promise<void> => (user ? eraseWritten(user.id) : Promise.resolve());
        if (erases && user) {
          if (!isSignedIn(auth, user)) await erase();
          // The answer may have been lost, and the session ended.
          else giveUp = whenGone(client, user, () => void erase().catch(() => undefined));
        }
      }
    },
    giveUp: () => giveUp(),
  };
};
