import { AppError, createStore, type User } from '@boltorezka/sdk';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { createLeaveEverywhere, type LeaveEverywhere, leaveHere } from './leave.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Notes what is asked for, in order. */
const start = (logout: () => Promise<void> = async () => undefined) => {
  const done: string[] = [];
  const note = (what: string) => {
    done.push(what);
    return Promise.resolve();
  };
  const state = createStore({ user: { id: 'ann' } as User | null, endedByServer: false, restoring: null });
  const connection = createStore<{ status: 'online' | 'reconnecting' }>({ status: 'online' });
  const deps = {
    client: {
      connection: { state: connection },
      auth: {
        state: state as never,
        logout: async (options?: { everywhere?: boolean }) => {
          await logout();
          state.set({ ...state.get(), user: null });
          await note(options?.everywhere ? 'ended everywhere' : 'ended here');
        },
      },
      unsent: { erase: () => note('messages') },
      drafts: { erase: () => void note('drafts') },
    },
    uploads: { takeBack: () => note('files') },
    eraseWritten: (userId: string) => note(`what ${userId} wrote`),
  };
  return { done, deps, state, connection };
};

type Deps = ReturnType<typeof start>['deps'];

it('whoever signs out here has the server delete their files first, and what they wrote where they say so', async () => {
  const { done, deps } = start();
  await leaveHere(deps, { erases: true });
  expect(done).toEqual(['drafts', 'messages', 'files', 'ended here']);
  done.length = 0;
  await leaveHere(deps, { erases: false });
  expect(done).toEqual(['files', 'ended here']);
});

it('whoever cannot be signed out everywhere keeps what they chose and wrote', async () => {
  const { done, deps } = start(() => Promise.reject(new AppError('Unavailable', 'Away')));
  for (const erases of [true, false]) {
    await expect(createLeaveEverywhere().leave(deps, { erases })).rejects.toMatchObject({
      code: 'Unavailable',
    });
  }
  expect(done).toEqual([]);
});

it('whoever is signed out though nobody knows whether everywhere leaves nothing here that was to be erased', async () => {
  const { done, deps, state } = start(async () => {
    state.set({ ...state.get(), user: null });
    throw new AppError('Unauthorized', 'The session has ended');
  });
  await expect(createLeaveEverywhere().leave(deps, { erases: true })).rejects.toMatchObject({
    code: 'Unauthorized',
  });
  expect(done).toEqual(['what ann wrote']);
});

it('whoever is found signed out after the answer was lost leaves nothing here that was to be erased', async () => {
  const { done, deps, state } = start(() => Promise.reject(new AppError('Unavailable', 'Away')));
  const everywhere = createLeaveEverywhere();
  await expect(everywhere.leave(deps, { erases: true })).rejects.toMatchObject({ code: 'Unavailable' });
  state.set({ ...state.get(), restoring: null });
  expect(done).toEqual([]);
  state.set({ ...state.get(), user: null });
  expect(done).toEqual(['what ann wrote']);
});

it('whoever loses the network with the answer is found signed out when it is back', async () => {
  const { done, deps, state, connection } = start(() => Promise.reject(new AppError('Unavailable', 'Away')));
  connection.set({ status: 'reconnecting' });
  const everywhere = createLeaveEverywhere();
  await expect(everywhere.leave(deps, { erases: true })).rejects.toMatchObject({ code: 'Unavailable' });
  vi.advanceTimersByTime(600_000);
  state.set({ ...state.get(), user: null });
  expect(done).toEqual(['what ann wrote']);
});

it.each([
  ['stays after all', (everywhere: LeaveEverywhere) => everywhere.giveUp()],
  ['is signed in for a minute still', () => vi.advanceTimersByTime(60_000)],
  [
    'wants to keep it after all',
    (everywhere: LeaveEverywhere, deps: Deps) =>
      expect(everywhere.leave(deps, { erases: false })).rejects.toMatchObject({ code: 'Unavailable' }),
  ],
])(
  'whoever could not be signed out, and %s, keeps what they wrote though they are signed out later',
  async (_what, change) => {
    const { done, deps, state } = start(() => Promise.reject(new AppError('Unavailable', 'Away')));
    const everywhere = createLeaveEverywhere();
    await expect(everywhere.leave(deps, { erases: true })).rejects.toMatchObject({ code: 'Unavailable' });
    await change(everywhere, deps);
    state.set({ ...state.get(), user: null });
    expect(done).toEqual([]);
  },
);

it('whoever was signed out everywhere leaves nothing here that was to be erased', async () => {
  const { done, deps } = start();
  await createLeaveEverywhere().leave(deps, { erases: true });
  expect(done).toEqual(['ended everywhere', 'what ann wrote']);
});
