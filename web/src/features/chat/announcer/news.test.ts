import { AppError, initialRoomState, type RoomState, type TimelineMessage } from '@boltorezka/sdk';
import { describe, expect, it } from 'vitest';
import { sentMessage } from '../../../../test/messages.ts';
import { startWatch, type Watch, watchRoom } from './news.ts';

const message = (seq: number, userName: string, fields: Partial<TimelineMessage> = {}): TimelineMessage =>
  sentMessage({ key: `m${seq}`, userId: userName, text: `text ${seq}`, seq, ...fields });
const person = (name: string) => ({ userId: name, userName: name });

const room: RoomState = {
  ...initialRoomState('general'),
  id: 'r',
  title: 'General',
  status: 'joined',
  members: [person('me')],
  messages: [message(5, 'anna')],
  hasOlder: true,
};

/** Looks at one state after another and tells what was news at the last. */
const look = (states: readonly (Partial<RoomState> & { isOnline?: boolean })[], first: RoomState = room) => {
  let watch: Watch = startWatch(first);
  let state = first;
  let news = watchRoom(watch, { state, meId: 'me', isOnline: true });
  watch = news.watch;
  for (const { isOnline = true, ...fields } of states) {
    state = { ...state, ...fields };
    news = watchRoom(watch, { state, meId: 'me', isOnline });
    watch = news.watch;
  }
  return news.news;
};
const named = (name: string) => expect.objectContaining({ name });
const error = new AppError('Unavailable', 'no');

describe('what is news in a room', () => {
  it('is a message of somebody else', () => {
    expect(look([{ messages: [...room.messages, message(6, 'anna')] }])).toEqual([
      { kind: 'message', name: 'anna', text: 'text 6' },
    ]);
  });

  it('is a message that came late and stands above a newer one', () => {
    const messages = [message(5, 'anna'), message(7, 'anna')];
    expect(look([{ messages }, { messages: [messages[0]!, message(6, 'boris'), messages[1]!] }])).toEqual([
      named('boris'),
    ]);
  });

  it('is whoever comes in and whoever joins the call, not whoever leaves', () => {
    const members = [person('me'), person('anna')];
    const participants = [{ ...person('anna') } as RoomState['participants'][number]];
    expect(look([{ members }])).toEqual([{ kind: 'entered', name: 'anna' }]);
    expect(look([{ members, participants: [] }, { participants }])).toEqual([
      { kind: 'joinedCall', name: 'anna' },
    ]);
    expect(look([{ members }, { members: [person('me')] }])).toEqual([]);
  });

  it('is that a message was pinned or is not any more, also by me and of mine', () => {
    const plain = [message(5, 'anna'), message(6, 'me')];
    const pinned = plain.map((one) => ({ ...one, pinnedAt: '2026-01-31T12:00:00.000Z' }));
    expect(look([{ messages: plain }, { messages: pinned }])).toEqual([
      { kind: 'pinned', name: 'anna', text: 'text 5' },
      { kind: 'pinned', name: 'me', text: 'text 6' },
    ]);
    expect(look([{ messages: pinned }, { messages: [plain[0]!, pinned[1]!] }])).toEqual([
      { kind: 'unpinned', name: 'anna', text: 'text 5' },
    ]);
  });

  it('is that my message was not sent, once', () => {
    const failed = message(0, 'me', { key: 'p', seq: null, status: 'failed', error });
    const sending = message(0, 'me', { key: 'p', seq: null, status: 'sending' });
    expect(look([{ messages: [...room.messages, sending] }])).toEqual([]);
    const states = [
      { messages: [...room.messages, sending] },
      { messages: [...room.messages, failed] },
      { messages: [...room.messages, message(6, 'anna'), failed] },
    ];
    expect(look(states.slice(0, 2))).toEqual([{ kind: 'failed' }]);
    expect(look(states)).toEqual([named('anna')]);
  });

  it('is that older messages could not be loaded', () => {
    expect(look([{ historyError: error }])).toEqual([{ kind: 'historyFailed' }]);
  });
});

describe('what is no news', () => {
  it('is what somebody wrote, or changed, whom I have blocked', () => {
    const state = { ...room, messages: [...room.messages, message(6, 'boris'), message(7, 'anna')] };
    const blockedIds = new Set(['boris']);
    const live = watchRoom(startWatch(room), { state: room, meId: 'me', isOnline: true }).watch;
    const { news, watch } = watchRoom(live, { state, meId: 'me', blockedIds, isOnline: true });
    expect(news).toEqual([named('anna')]);
    const editedAt = '2026-01-01T00:00:00.000Z';
    const edited = { ...room, messages: [message(6, 'boris', { editedAt }), message(7, 'anna')] };
    expect(watchRoom(watch, { state: edited, meId: 'me', blockedIds, isOnline: true }).news).toEqual([]);
  });

  it('is what was there when the room was opened', () => {
    expect(look([])).toEqual([]);
    expect(look([{ title: 'Other' }])).toEqual([]);
  });

  it('is a room that opens before my eyes, people and newest page and all', () => {
    const joining: RoomState = { ...room, status: 'joining', members: [], messages: [] };
    expect(
      look(
        [
          { status: 'joined', members: [person('me'), person('anna')], loadingOlder: true },
          { messages: [message(5, 'anna')], loadingOlder: false },
        ],
        joining,
      ),
    ).toEqual([]);
  });

  it('is a newest page that came at the second attempt', () => {
    const joining: RoomState = { ...room, status: 'joining', members: [], messages: [] };
    const states = [
      { status: 'joined' as const, members: [person('me')], loadingOlder: true },
      { loadingOlder: false, historyError: error },
      { loadingOlder: true },
      { loadingOlder: false, historyError: null, messages: [message(5, 'anna')] },
    ];
    expect(look(states, joining)).toEqual([]);
    expect(look([...states, { messages: [message(5, 'anna'), message(6, 'anna')] }], joining)).toHaveLength(
      1,
    );
  });

  it('is my own', () => {
    expect(look([{ messages: [...room.messages, message(6, 'me')] }])).toEqual([]);
    expect(look([{ members: [] }, { members: [person('me')] }])).toEqual([]);
  });

  it('is what is older, while new messages still are', () => {
    const older = [message(3, 'anna'), message(4, 'anna'), ...room.messages];
    expect(look([{ messages: older }])).toEqual([]);
    expect(look([{ loadingOlder: true }, { messages: [...older, message(6, 'boris')] }])).toEqual([
      named('boris'),
    ]);
  });

  it('is what a snapshot brings after the connection was lost; what comes after it is news again', () => {
    const missed = [...room.messages, message(6, 'anna')];
    const states = [
      { isOnline: false },
      { isOnline: true },
      { messages: missed, members: [person('me'), person('anna')] },
    ];
    expect(look(states)).toEqual([]);
    expect(look([...states, { messages: [...missed, message(7, 'boris')] }])).toEqual([named('boris')]);
  });

  it('is who speaks', () => {
    expect(look([{ speakingUserIds: ['anna'] }])).toEqual([]);
  });
});
