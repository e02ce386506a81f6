import type { TimelineMessage } from '@boltorezka/sdk';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Closer to the end than this counts as reading the end. */
const endZonePx = 48;
const topZonePx = 120;

interface Remembered {
  firstKey: string | undefined;
  lastKey: string | undefined;
  /** From the end of the content to the top of the view: what is kept when older messages appear above. */
  fromEndPx: number;
  atEnd: boolean;
  clientHeight: number;
}

const initially: Readonly<Remembered> = {
  firstKey: undefined,
  lastKey: undefined,
  fromEndPx: 0,
  atEnd: true,
  clientHeight: 0,
};

const countAfter = (messages: readonly TimelineMessage[], key: string | undefined): number =>
  messages.length - 1 - messages.findIndex((message) => message.key === key);

/** Stays at the end for as long as the reader is there, and in place when older messages arrive above. */
export const useTimelineScroll = (messages: readonly TimelineMessage[], onNearTop: () => void) => {
  const box = useRef<HTMLDivElement>(null);
  const seen = useRef<Remembered>(initially);
  const [away, setAway] = useState(false);
  const [unread, setUnread] = useState(0);

  const toEnd = useCallback(() => {
    if (!box.current) return;
    seen.current = { ...seen.current, clientHeight: box.current.clientHeight };
    box.current.scrollTop = box.current.scrollHeight;
  }, []);
  const onScroll = (): void => {
    if (!box.current) return;
    const { scrollTop, scrollHeight, clientHeight } = box.current;
    // The view itself changed its height, and the browser moved the content: the reader has not scrolled.
    if (seen.current.atEnd && clientHeight !== seen.current.clientHeight) return toEnd();
    const atEnd = scrollHeight - scrollTop - clientHeight <= endZonePx;
    seen.current = { ...seen.current, atEnd, fromEndPx: scrollHeight - scrollTop };
    setAway(!atEnd);
    if (atEnd) setUnread(0);
    if (scrollTop < topZonePx && scrollHeight > clientHeight) onNearTop();
  };

  useLayoutEffect(() => {
    const { firstKey, lastKey, fromEndPx, atEnd } = seen.current;
    const last = messages.at(-1);
    const appended = last?.key !== lastKey;
    seen.current = { ...seen.current, firstKey: messages[0]?.key, lastKey: last?.key };
    if (atEnd || (appended && last?.status === 'sending')) return toEnd();
    if (appended) setUnread((count) => count + countAfter(messages, lastKey));
    else if (messages[0]?.key !== firstKey && box.current) {
      box.current.scrollTop = box.current.scrollHeight - fromEndPx;
    }
  }, [messages, toEnd]);

  // A keyboard that opens, or a composer that grows, must not push the last message out of view.
  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(() => {
      if (seen.current.atEnd) toEnd();
    });
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [toEnd]);
  return { box, onScroll, away, unread, toEnd };
};
