import type { TimelineMessage } from '@boltorezka/sdk';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../../lib/error-text.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { useExcerpt } from '../message/quotation.tsx';
import { useTimes } from '../times.ts';
import { Entry } from './entry.tsx';
import type { PanelBodyProps } from './panel-body.tsx';
import styles from './panels.module.css';

interface Pins {
  messages: TimelineMessage[] | null;
  error: unknown;
}

/** Reads the pins, and reads them again when one of the messages that are here is pinned or unpinned. */
const usePins = ({ room, state }: Pick<PanelBodyProps, 'room' | 'state'>) => {
  const [pins, setPins] = useState<Pins>({ messages: null, error: null });
  const pinnedHere = useMemo(
    () => state.messages.flatMap(({ id, pinnedAt }) => (pinnedAt === null ? [] : `${id} ${pinnedAt}`)).join(),
    [state.messages],
  );
  const load = useCallback(() => {
    let isWanted = true;
    room.loadPins().then(
      (messages) => isWanted && setPins({ messages, error: null }),
      (error: unknown) => isWanted && setPins((before) => ({ ...before, error })),
    );
    return () => {
      isWanted = false;
    };
  }, [room]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is pinned here has changed.
  useEffect(load, [load, pinnedHere]);
  return { ...pins, load };
};

/** What somebody wanted everybody to find again. */
export const PinsPanel = ({ room, state, conversation }: Omit<PanelBodyProps, 'panel' | 'me'>) => {
  const { t } = useTranslation();
  const times = useTimes();
  const excerptOf = useExcerpt();
  const { messages, error, load } = usePins({ room, state });
  if (error) {
    return (
      <div className={styles.note} role="alert">
        <p>{t(errorTextKey(error))}</p>
        <Button onClick={load}>{t('common.tryAgain')}</Button>
      </div>
    );
  }
  if (messages === null) return <p className={styles.note}>{t('app.loading')}</p>;
  if (messages.length === 0) return <p className={styles.note}>{t('chat.pins.empty')}</p>;
  return (
    <div className={styles.body}>
      <ul className={styles.entries}>
        {messages.map((message) => (
          <li key={message.key} className={styles.item}>
            <Entry
              userName={message.userName}
              createdAt={message.createdAt}
              times={times}
              testId="pin"
              onOpen={() =>
                message.id === null
                  ? undefined
                  : conversation.showMessage({ messageId: message.id, threadRootId: message.threadRootId })
              }
            >
              {excerptOf(message)}
            </Entry>
            {state.may.pin ? (
              <IconButton
                className={styles.corner}
                icon="close"
                label={t('chat.actions.unpin')}
                data-testid="pin-remove"
                onClick={() => message.id !== null && room.pin(message.id, false)}
              />
            ) : null}
          </li>
        ))}
      </ul>
    </div>
  );
};
