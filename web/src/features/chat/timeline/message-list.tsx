import { type ReactElement, type RefObject, useCallback, useLayoutEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { MessageRow } from '../message/message-row.tsx';
import type { Times } from '../times.ts';
import styles from './chat.module.css';
import type { Row } from './rows.ts';

/** Rows drawn beyond each edge of the view, so that a quick scroll meets no blank. */
const bufferPx = 400;

interface UnreadLineProps {
  since: string;
  times: Times;
}

const UnreadLine = ({ since, times }: UnreadLineProps) => {
  const { t } = useTranslation();
  return (
    <h2 className={styles.unread} data-unread-line="" data-testid="chat-unread-line">
      <span>{t('chat.unreadLine', { time: times.when(since) })}</span>
    </h2>
  );
};

/** Where rows stand that must not go with what scrolls out of view. */
const placesOf = (rows: readonly Row[], keys: readonly (string | null)[]): number[] =>
  keys
    .map((key) => (key === null ? -1 : rows.findIndex((row) => row.key === key)))
    .filter((index) => index !== -1);

interface MessageListProps {
  /** What the rows scroll in. */
  box: RefObject<HTMLElement | null>;
  list: RefObject<VirtualizerHandle | null>;
  rows: readonly Row[];
  times: Times;
  /** Older messages have come in above: the distance from the end stays. */
  isShift: boolean;
  /** What stands above the list in the same scrolling box. */
  startMarginPx: number;
  focusedKey: string | null;
  /** What was looked for and found. */
  foundKey: string | null;
  onResize: () => void;
}

/**
 * The list keeps its reader's place through what comes in above by a scroll, and draws no other rows until it hears of one. Before
 * it knows how large its box is, and where there is nothing to scroll, none comes: it would stay as it is, or blank.
 */
const useUnfrozen = ({ box, list, isShift, onResize }: MessageListProps): (() => void) => {
  const isFrozen = useRef(false);
  useLayoutEffect(() => {
    if (isShift && list.current?.viewportSize === 0) isFrozen.current = true;
  });
  return useCallback(() => {
    const isToThaw = isFrozen.current && (list.current?.viewportSize ?? 0) > 0;
    if (isToThaw) {
      isFrozen.current = false;
      box.current?.dispatchEvent(new Event('scroll'));
    }
    onResize();
  }, [box, list, onResize]);
};

/** The rows that are in view, and a few more. */
export const MessageList = (props: MessageListProps) => {
  const { list, rows, times, isShift, startMarginPx, focusedKey, foundKey } = props;
  const onResize = useUnfrozen(props);
  const keepMounted = useMemo(() => placesOf(rows, [focusedKey, foundKey]), [rows, focusedKey, foundKey]);
  const renderRow = useCallback(
    (row: Row): ReactElement => {
      switch (row.kind) {
        case 'day':
          return (
            <h2 key={row.key} className={styles.day}>
              <span>{times.day(row.date)}</span>
            </h2>
          );
        case 'unread':
          return <UnreadLine key={row.key} since={row.since} times={times} />;
        case 'message':
          return (
            <MessageRow
              key={row.key}
              message={row.message}
              startsGroup={row.startsGroup}
              times={times}
              isFound={row.key === foundKey}
            />
          );
        default:
          return row satisfies never;
      }
    },
    [times, foundKey],
  );
  return (
    <Virtualizer
      ref={list}
      data={rows}
      bufferSize={bufferPx}
      shift={isShift}
      startMargin={startMarginPx}
      keepMounted={keepMounted}
      onResize={onResize}
    >
      {renderRow}
    </Virtualizer>
  );
};
