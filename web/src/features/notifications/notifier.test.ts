import { createStore, type InboxItem, type RoomEntry, type RoomsState } from '@boltorezka/sdk';
import { beforeEach, describe, expect, it } from 'vitest';
import { sentMessage } from '../../../test/messages.ts';
import { roomEntry } from '../../../test/rooms.ts';
import type { SpokenPlace } from '../../lib/attention.ts';
import { startNotifier } from './notifier.ts';
import type { NotifyState } from './notify-choice.ts';
import type { Notice } from './show.ts';

const design = roomEntry({ slug: 'design', title: 'Design', notify: 'mentions' });
const withBoris = roomEntry({
  slug: 'dm-boris',
  kind: 'direct',
  notify: 'all',
  directWith: { userId: 'boris', userName: 'Boris' },
});

const start = () => {
  const choice = createStore<NotifyState>({ isWanted: true, hasSound: true, permission: 'granted' });
  const rooms = createStore<RoomsState>({ status: 'ready', rooms: [design, withBoris], error: null });
  const shown: Notice[] = [];
  const spoken: string[] = [];
  const here = { places: [] as SpokenPlace[], elsewhere: [] as SpokenPlace[], isTelling: true, sounds: 0 };
  let add = (_item: InboxItem): void => undefined;
  const isIn = (places: SpokenPlace[], { roomSlug, threadRootId }: SpokenPlace) =>
    places.some((place) => place.roomSlug === roomSlug && place.threadRootId === threadRootId);
  startNotifier({
    client: {
      inbox: {
        onAdded: (listener) => {
          add = listener;
          return () => undefined;
        },
      },
      rooms: { state: rooms },
    },
    attention: { places: () => here.places, subscribe: () => () => undefined },
    tabs: {
      isTelling: () => here.isTelling,
      setLooking: () => undefined,
      isLookedAt: async (place) => isIn(here.elsewhere, place),
      close: () => undefined,
    },
    choice: { state: choice },
    words: () => ({
      title: ({ kind }, { userName, roomTitle }) => `${kind} ${userName} ${roomTitle}`,
      body: (text) => text,
      count: (count) => `${count} new`,
    }),
    show: async (notice) => {
      shown.push(notice);
    },
    speak: (text) => {
      spoken.push(text);
    },
    playSound: () => {
      here.sounds += 1;
    },
  });
  return {
    ...{ choice, shown, spoken, here },
    /** Somebody named this person. */
    name: (text: string, fields: Partial<InboxItem> = {}, inThread: string | null = null) =>
      add({
        ...{ kind: 'mention', roomId: 'r', roomSlug: 'design', roomTitle: 'Design', isRead: false },
        createdAt: '2026-01-31T12:00:00.000Z',
        message: sentMessage({ key: text, text, seq: 2, userName: 'Boris', threadRootId: inThread }),
        ...fields,
      }),
    /** The room holds so many messages more, unread. */
    grow: (slug: string, count: number) =>
      rooms.set({
        ...rooms.get(),
        rooms: rooms.get().rooms.map((room): RoomEntry => {
          if (room.slug !== slug) return room;
          return {
            ...room,
            messageCount: room.messageCount + count,
            unreadCount: room.unreadCount + count,
          };
        }),
      }),
    /** What is on its way to be shown is shown. */
    told: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return shown.map(({ title, body }) => `${title}: ${body}`);
    },
  };
};

describe('the notifier', () => {
  let rig: ReturnType<typeof start>;
  beforeEach(() => {
    rig = start();
  });

  it('tells of a mention by its words and leads to it, with a sound', async () => {
    rig.name('look');
    expect(await rig.told()).toEqual(['mention Boris Design: look']);
    expect(rig.spoken).toEqual([]);
    expect(rig.shown[0]).toMatchObject({ tag: 'boltorezka.design.named', path: '/r/design/look' });
    expect(rig.here.sounds).toBe(1);
  });

  it('tells once of a mention between two, whose count comes after; and of what comes then by its count', async () => {
    rig.name('look', { roomSlug: 'dm-boris' });
    rig.grow('dm-boris', 1);
    expect(await rig.told()).toEqual(['mention Boris Design: look']);
    rig.grow('dm-boris', 1);
    expect((await rig.told()).at(-1)).toBe(`direct Boris ${withBoris.title}: 1 new`);
    // Beside the words, not in their place.
    expect(new Set(rig.shown.map(({ tag }) => tag)).size).toBe(2);
    expect(rig.here.sounds).toBe(2);
  });

  it('tells of a thread while only its room is looked at, and not while the thread is', async () => {
    rig.here.places = [{ roomSlug: 'design', threadRootId: null }];
    rig.name('in the thread', { kind: 'thread' }, 'root');
    rig.name('in the room');
    expect(await rig.told()).toEqual(['thread Boris Design: in the thread']);
    rig.here.places = [{ roomSlug: 'design', threadRootId: 'root' }];
    rig.name('once more', { kind: 'thread' }, 'root');
    expect(await rig.told()).toHaveLength(1);
  });

  it('is silent about what another page has in view, or what was read as it came', async () => {
    rig.here.elsewhere = [{ roomSlug: 'design', threadRootId: null }];
    rig.name('look');
    rig.here.elsewhere = [];
    expect(await rig.told()).toEqual([]);
    rig.name('look', { isRead: true });
    expect(await rig.told()).toEqual([]);
  });

  it('is silent where another page tells', async () => {
    rig.here.isTelling = false;
    rig.name('look');
    expect(await rig.told()).toEqual([]);
    expect(rig.here.sounds).toBe(0);
  });

  it('makes no sound where notifications are off, and says in the page what it would have told', async () => {
    rig.choice.set({ ...rig.choice.get(), isWanted: false });
    rig.name('look');
    rig.choice.set({ ...rig.choice.get(), isWanted: true, permission: 'denied' });
    rig.name('look again');
    rig.here.places = [{ roomSlug: 'design', threadRootId: null }];
    rig.name('in view');
    expect([await rig.told(), rig.here.sounds]).toEqual([[], 0]);
    expect(rig.spoken).toEqual(['mention Boris Design: look', 'mention Boris Design: look again']);
  });
});
