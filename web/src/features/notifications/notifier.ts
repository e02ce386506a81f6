import type { Client, InboxItem, RoomEntry } from '@boltorezka/sdk';
import type { Router } from '../../lib/router.ts';
import { countNew, type Happening, isWorthTelling } from './deciding.ts';
import type { NotifyChoice } from './notify-choice.ts';
import { playNotifySound } from './sound.ts';

/** The words of a notification, in the language of the page. */
export interface NotifyWords {
  title(happening: Happening, names: { userName: string; roomTitle: string }): string;
  body(text: string): string;
  count(count: number): string;
}

interface NotifierDeps {
  client: Pick<Client, 'inbox' | 'rooms'>;
  router: Router;
  choice: NotifyChoice;
  words: () => NotifyWords;
  document: Document;
  /** Shows one; the tag takes the place of an earlier one of the same room. */
  show?: (title: string, options: { body: string; tag: string; onClick: () => void }) => void;
  playSound?: () => void;
}

const showInBrowser: NonNullable<NotifierDeps['show']> = (title, { body, tag, onClick }) => {
  let notification: Notification;
  try {
    notification = new Notification(title, { body, tag, icon: '/favicon.svg' });
  } catch {
    // Phones show notifications of service workers alone.
    return;
  }
  notification.addEventListener('click', () => {
    window.focus();
    notification.close();
    onClick();
  });
};

type Names = Parameters<NotifyWords['title']>[1];

interface Telling {
  happening: Happening;
  names: Names;
  body: string;
  onClick: () => void;
}

/** Tells on this device of what is written to its person while they look elsewhere. @returns what ends that. */
export const startNotifier = (deps: NotifierDeps): (() => void) => {
  const { client, router, choice, words, document } = deps;
  const { show = showInBrowser, playSound = playNotifySound } = deps;
  const findRoom = (slug: string): RoomEntry | undefined =>
    client.rooms.state.get().rooms.find((room) => room.slug === slug);
  const isLookedAt = (): boolean => document.visibilityState === 'visible' && document.hasFocus();
  const tell = ({ happening, names, body, onClick }: Telling): void => {
    const level = findRoom(happening.roomSlug)?.notify ?? 'mentions';
    const roomInView = isLookedAt() ? router.roomSlug.get() : null;
    if (!isWorthTelling({ happening, level, roomInView })) return;
    const { isWanted, permission, hasSound } = choice.state.get();
    if (hasSound) playSound();
    if (!isWanted || permission !== 'granted') return;
    show(words().title(happening, names), { body, tag: `boltorezka-${happening.roomSlug}`, onClick });
  };
  const tellOfEntry = ({ kind, roomSlug, roomTitle, message }: InboxItem): void =>
    tell({
      happening: { kind, roomSlug },
      names: { userName: message.userName, roomTitle },
      body: words().body(message.text),
      onClick: () => message.id !== null && router.openMessage(roomSlug, message.id),
    });
  const stopInbox = client.inbox.onAdded(tellOfEntry);
  let known = new Map(client.rooms.state.get().rooms.map((room) => [room.slug, room]));
  const tellOfRooms = (): void => {
    const { rooms } = client.rooms.state.get();
    const before = known;
    known = new Map(rooms.map((room) => [room.slug, room]));
    for (const room of rooms) {
      const was = before.get(room.slug);
      const count = was === room ? 0 : countNew(was, room);
      // What I was named in is told by the inbox, with its words.
      if (count === 0 || room.mentionCount > (was?.mentionCount ?? 0)) continue;
      tell({
        happening: { kind: room.kind === 'direct' ? 'direct' : 'message', roomSlug: room.slug },
        names: { userName: room.directWith?.userName ?? room.title, roomTitle: room.title },
        body: words().count(count),
        onClick: () => router.openRoom(room.slug),
      });
    }
  };
  const stopRooms = client.rooms.state.subscribe(tellOfRooms);
  return () => {
    stopInbox();
    stopRooms();
  };
};
