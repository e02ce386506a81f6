import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useLatest } from '../../lib/use-latest.ts';
import { useStore } from '../../lib/use-store.ts';
import { Spoken } from '../../ui/spoken.tsx';
import { toPlainText } from '../chat/markdown/plain-text.ts';
import { type NotifyWords, startNotifier } from './notifier.ts';
import { markPage } from './page-mark.ts';
import { createShow } from './show.ts';
import { playNotifySound } from './sound.ts';
import { createTabs } from './tabs.ts';

const maxBodyLength = 160;

const useWords = (): NotifyWords => {
  const { t } = useTranslation();
  const { marks } = useServices();
  return {
    title: ({ kind }, { userName, roomTitle }) =>
      t(`notify.titles.${kind}`, { name: userName, room: roomTitle }),
    body: (text) => toPlainText(text, maxBodyLength, marks.get()?.parseInline ?? null) || t('chat.noWords'),
    count: (count) => t('notify.count', { count }),
  };
};

/** Messages to me that I have not read: where I was named, and what was written to me alone. */
const useWaiting = (): number => {
  const { client } = useServices();
  const { unreadCount } = useStore(client.inbox.state);
  const { rooms } = useStore(client.rooms.state);
  const direct = rooms
    .filter(({ kind, notify }) => kind === 'direct' && notify !== 'nothing')
    .reduce((sum, room) => sum + Math.max(0, room.unreadCount - room.mentionCount), 0);
  return unreadCount + direct;
};

/** The same words twice are said twice. */
const useSaying = () => {
  const [{ id, text }, setSaying] = useState({ id: 0, text: '' });
  const speak = useCallback((next: string) => setSaying((last) => ({ id: last.id + 1, text: next })), []);
  return { id, text, speak };
};

/** Tells of what is written while nobody looks: by the browser, by a sound, and in the tab. It draws nothing for the eye. */
export const Notifications = () => {
  const { client, router, notify, attention } = useServices();
  const words = useLatest(useWords());
  const waiting = useWaiting();
  const { id, text, speak } = useSaying();
  useEffect(() => {
    const tabs = createTabs(navigator.locks);
    const { show, close } = createShow(router, navigator);
    const deps = { client, attention, tabs, choice: notify, words: () => words.current };
    const stop = startNotifier({ ...deps, show, speak, playSound: playNotifySound });
    return () => {
      stop();
      close();
      tabs.close();
    };
  }, [client, router, notify, attention, words, speak]);
  useEffect(() => markPage(document, waiting), [waiting]);
  return (
    <Spoken testId="notify-spoken">
      <p key={id}>{text}</p>
    </Spoken>
  );
};
