import type { User } from '@boltorezka/sdk';
import type { TFunction } from 'i18next';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../../lib/services.tsx';
import { useStore } from '../../../lib/use-store.ts';
import { useBlockedIds } from '../../people/use-blocked-ids.ts';
import type { ParseInline } from '../markdown/inline-tree.ts';
import { toPlainText } from '../markdown/plain-text.ts';
import { type News, startWatch, type WatchedState, watchRoom } from './news.ts';
import { type Counts, keepPace, type Saying, startPace } from './pace.ts';

const maxSpokenLength = 120;
/** Old lines may go: a reader hears what comes, not what leaves. */
const maxLines = 6;

const newsText = (news: News, t: TFunction, parseInline: ParseInline | null): string => {
  switch (news.kind) {
    case 'message':
    case 'mention':
    case 'answer':
    case 'edited':
    case 'pinned':
    case 'unpinned':
      return t(`chat.announce.${news.kind}`, {
        name: news.name,
        text: toPlainText(news.text, maxSpokenLength, parseInline) || t('chat.noWords'),
      });
    case 'reacted':
      return t('chat.announce.reacted', { count: news.count });
    case 'entered':
    case 'joinedCall':
      return t(`chat.announce.${news.kind}`, { name: news.name });
    case 'failed':
    case 'changeFailed':
      return t(`chat.announce.${news.kind}`);
    case 'historyFailed':
      return t('chat.historyFailed');
    default:
      return news satisfies never;
  }
};

const countsText = (counts: Counts, t: TFunction): string =>
  [
    counts.mention && t('chat.announce.mentions', { count: counts.mention }),
    counts.answer && t('chat.announce.answers', { count: counts.answer }),
    counts.message && t('chat.announce.messages', { count: counts.message }),
    counts.edited && t('chat.announce.editedCount', { count: counts.edited }),
    counts.pinned && t('chat.announce.pinnedCount', { count: counts.pinned }),
    counts.unpinned && t('chat.announce.unpinnedCount', { count: counts.unpinned }),
    counts.reacted && t('chat.announce.reacted', { count: counts.reacted }),
    counts.entered && t('chat.announce.enteredCount', { count: counts.entered }),
    counts.joinedCall && t('chat.announce.joinedCallCount', { count: counts.joinedCall }),
    counts.failed && t('chat.announce.failed'),
    counts.changeFailed && t('chat.announce.changeFailed'),
    counts.historyFailed && t('chat.historyFailed'),
  ]
    .filter(Boolean)
    .join(' ');

const sayingText = (saying: Saying, t: TFunction, parseInline: ParseInline | null): string =>
  'news' in saying ? newsText(saying.news, t, parseInline) : countsText(saying.counts, t);

interface Line {
  id: number;
  text: string;
}

const useSpokenLines = () => {
  const { t } = useTranslation();
  const { marks } = useServices();
  const [lines, setLines] = useState<Line[]>([]);
  const lastId = useRef(0);
  const speak = useCallback(
    (sayings: readonly Saying[]) => {
      if (sayings.length === 0) return;
      const spoken = sayings.map((saying) => {
        lastId.current += 1;
        return { id: lastId.current, text: sayingText(saying, t, marks.get()?.parseInline ?? null) };
      });
      setLines((before) => [...before, ...spoken].slice(-maxLines));
    },
    [t, marks],
  );
  return { lines, speak };
};

const useNews = ({ state, me, withPeople = true }: AnnouncerProps): Line[] => {
  const { client } = useServices();
  const isOnline = useStore(client.connection.state).status === 'online';
  const blockedIds = useBlockedIds();
  const { lines, speak } = useSpokenLines();
  const watch = useRef(startWatch(state));
  const pace = useRef(startPace);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const tell = useCallback(
    (news: readonly News[]) => {
      const next = keepPace(pace.current, news, performance.now());
      pace.current = next.pace;
      speak(next.sayings);
      clearTimeout(timer.current);
      if (next.pace.held.length > 0) {
        timer.current = setTimeout(() => tell([]), next.pace.windowEndsAtMs - performance.now());
      }
    },
    [speak],
  );
  useEffect(() => {
    const next = watchRoom(watch.current, { state, meId: me.id, blockedIds, isOnline, withPeople });
    watch.current = next.watch;
    if (next.news.length > 0) tell(next.news);
  }, [state, me.id, blockedIds, isOnline, withPeople, tell]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return lines;
};

interface AnnouncerProps {
  state: WatchedState;
  me: User;
  withPeople?: boolean;
}

/** Tells those who do not see the page what has just happened in the room, or in a thread. */
export const Announcer = (props: AnnouncerProps) => {
  const lines = useNews(props);
  return (
    <div
      className="visually-hidden"
      role="status"
      aria-live="polite"
      aria-atomic="false"
      aria-relevant="additions"
      data-testid="announcer"
    >
      {lines.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
};
