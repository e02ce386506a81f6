import type { OpenRoom, TimelineMessage } from '@boltorezka/sdk';
import { type ReactElement, useCallback, useMemo } from 'react';
import { Virtualizer } from 'virtua';
import styles from './chat.module.css';
import { MessageRow } from '../message/message-row.tsx';
import { layRows, type Row } from './rows.ts';
import type { Times } from '../times.ts';

/** Rows drawn beyond each edge of the view, so that a quick scroll meets no blank. */
const bufferPx = 400;

interface MessageListProps {
  room: OpenRoom;
  messages: readonly TimelineMessage[];
  times: Times;
  /** Older messages have come in above: the distance from the end stays. */
  isShift: boolean;
  /** What stands above the list in the same scrolling box. */
  startMarginPx: number;
  focusedKey: string | null;
  onResize: () => void;
  onSettle: () => void;
}

/** The rows that are in view, and a few more. */
export const MessageList = (props: MessageListProps) => {
  const { room, messages, times, isShift, startMarginPx, focusedKey, onResize, onSettle } = props;
  const rows = useMemo(() => layRows(messages), [messages]);
  const focused = focusedKey === null ? -1 : rows.findIndex(({ key }) => key === focusedKey);
  const renderRow = useCallback(
    (row: Row): ReactElement =>
      row.kind === 'day' ? (
        <h2 key={row.key} className={styles.day}>
          <span>{times.day(row.date)}</span>
        </h2>
      ) : (
        <MessageRow
          key={row.key}
          message={row.message}
          startsGroup={row.startsGroup}
          times={times}
          room={room}
          onSettle={onSettle}
        />
      ),
    [times, room, onSettle],
  );
  return (
    <Virtualizer
      data={rows}
      bufferSize={bufferPx}
      shift={isShift}
      startMargin={startMarginPx}
      keepMounted={focused === -1 ? [] : [focused]}
      onResize={onResize}
    >
      {renderRow}
    </Virtualizer>
  );
};
