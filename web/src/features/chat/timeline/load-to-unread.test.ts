import { AppError, createStore, initialRoomState, type RoomState } from '@boltorezka/sdk';
import { describe, expect, it } from 'vitest';
import { sentMessage } from '../../../../test/messages.ts';
import { loadToUnread } from './load-to-unread.ts';

const messageAt = (seq: number) => sentMessage({ key: `m${seq}`, userId: 'anna', seq });

/** A room of a hundred messages, whose last one is here; it loads ten at a time, or fails. */
const openRoom = (unreadLineSeq: number, { fails = false } = {}) => {
  const state = createStore<RoomState>({
    ...initialRoomState('general'),
    messages: [messageAt(100)],
    hasOlder: true,
    unreadLineSeq,
  });
  let timesAsked = 0;
  const loadOlder = async (): Promise<void> => {
    timesAsked += 1;
    const { messages } = state.get();
    const firstSeq = messages[0]?.seq ?? 0;
    const older = Array.from({ length: 10 }, (_, n) => messageAt(firstSeq - 10 + n)).filter(
      ({ seq }) => (seq ?? 0) > 0,
    );
    state.set(
      fails
        ? { ...state.get(), historyError: new AppError('Unavailable', 'Not now') }
        : { ...state.get(), messages: [...older, ...messages], hasOlder: firstSeq > 11, historyError: null },
    );
  };
  return { room: { state, loadOlder }, timesAsked: () => timesAsked };
};

describe('the way to what was not read', () => {
  it('loads what is further back until the first unread message is among it', async () => {
    const { room, timesAsked } = openRoom(75);
    expect((await loadToUnread(room, 'me'))?.seq).toBe(76);
    expect(timesAsked()).toBe(3);
  });

  it('ends where nothing more can be loaded, and does not ask for it again and again', async () => {
    const { room, timesAsked } = openRoom(5, { fails: true });
    expect((await loadToUnread(room, 'me'))?.seq).toBe(100);
    expect(timesAsked()).toBe(1);
    await loadToUnread(room, 'me');
    expect(timesAsked()).toBe(2);
  });
});
