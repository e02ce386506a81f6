import type { Client, InboxItem, RoomEntry } from '@boltorezka/sdk';
import { type Attention, isSamePlace } from '../../lib/attention.ts';
import { messagePath, roomPath } from '../../lib/router.ts';
import { runQuietly } from '../../lib/run.ts';
import { type Happening, isWorthTelling } from './deciding.ts';
import { createNewsOfRooms } from './news-of-rooms.ts';
import type { NotifyChoice } from './notify-choice.ts';
import type { Show } from './show.ts';
import type { Tabs } from './tabs.ts';

/** The words of a notification, in the language of the page. */
export interface NotifyWords {
  title(happening: Happening, names: { userName: string; roomTitle: string }): string;
  body(text: string): string;
  count(count: number): string;
}

export interface NotifierDeps {
  client: {
    inbox: Pick<Client['inbox'], 'onAdded'>;
    rooms: Pick<Client['rooms'], 'state'>;
  };
  attention: Pick<Attention, 'places' | 'subscribe'>;
  tabs: Tabs;
  choice: Pick<NotifyChoice, 'state'>;
  words: () => NotifyWords;
  show: Show;
  playSound: () => void;
  /** Says it in the page, for those who do not see what has changed in the list of rooms. */
  speak: (text: string) => void;
}

interface Telling {
  happening: Happening;
  names: Parameters<NotifyWords['title']>[1];
  body: string;
  path: string;
}

/** What names somebody stays beside how much else there is: the one does not take the other's place. */
const tagOf = ({ kind, roomSlug, threadRootId }: Happening): string =>
  ['boltorezka', roomSlug, threadRootId, kind === 'message' || kind === 'direct' ? null : 'named']
    .filter((part) => part !== null)
    .join('.');

const createTell = (deps: NotifierDeps) => {
  const { client, attention, tabs, choice, words, show, playSound, speak } = deps;
  const levelOf = (slug: string) =>
    client.rooms.state.get().rooms.find((room) => room.slug === slug)?.notify ?? 'mentions';
  const isInView = async (happening: Happening): Promise<boolean> =>
    attention.places().some((place) => isSamePlace(place, happening)) || (await tabs.isLookedAt(happening));
  return async ({ happening, names, body, path }: Telling): Promise<void> => {
    const { isWanted, permission, hasSound } = choice.state.get();
    const isShown = isWanted && permission === 'granted';
    if (isShown && !tabs.isTelling()) return;
    const facts = { happening, level: levelOf(happening.roomSlug), isInView: await isInView(happening) };
    if (!isWorthTelling(facts)) return;
    const title = words().title(happening, names);
    // What the browser shows is read aloud by itself.
    if (!isShown) return speak(`${title}: ${body}`);
    if (hasSound) playSound();
    await show({ title, body, tag: tagOf(happening), path });
  };
};

const ofEntry = ({ kind, roomSlug, roomTitle, message }: InboxItem, words: NotifyWords): Telling => ({
  happening: { kind, roomSlug, threadRootId: message.threadRootId },
  names: { userName: message.userName, roomTitle },
  body: words.body(message.text),
  path: message.id === null ? roomPath(roomSlug) : messagePath(roomSlug, message.id),
});

const ofRoom = ({ kind, slug, title, directWith }: RoomEntry, body: string): Telling => ({
  happening: { kind: kind === 'direct' ? 'direct' : 'message', roomSlug: slug, threadRootId: null },
  names: { userName: directWith?.userName ?? title, roomTitle: title },
  body,
  path: roomPath(slug),
});

/** Tells on this device of what is written to its person while they look elsewhere. @returns what ends that. */
export const startNotifier = (deps: NotifierDeps): (() => void) => {
  const { client, attention, tabs, words } = deps;
  const tell = createTell(deps);
  const news = createNewsOfRooms(client.rooms.state.get().rooms);
  const look = (): void => tabs.setLooking(attention.places());
  look();
  const stops = [
    attention.subscribe(look),
    client.inbox.onAdded((item) => {
      // Read as it came: at another device, or because its place is open there.
      if (item.isRead) return;
      news.noteTold(item);
      runQuietly(tell(ofEntry(item, words())));
    }),
    client.rooms.state.subscribe(() => {
      for (const { room, count } of news.look(client.rooms.state.get().rooms)) {
        runQuietly(tell(ofRoom(room, words().count(count))));
      }
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
};
