import type { RoomState } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../../lib/error-text.ts';
import { Button } from '../../../ui/button.tsx';
import { Icon, type IconName } from '../../../ui/icon.tsx';
import styles from './chat.module.css';

/** What is known of the messages that are not here yet. */
export type HistoryState = Pick<
  RoomState,
  | 'status'
  | 'hasOlder'
  | 'loadingOlder'
  | 'historyError'
  | 'isAtNewest'
  | 'hasNewer'
  | 'loadingNewer'
  | 'newerCount'
>;

interface HistoryProps {
  state: HistoryState;
  onLoad: () => void;
}

const HistoryFailed = ({ state, onLoad }: HistoryProps) => {
  const { t } = useTranslation();
  return (
    <div className={styles.historyFailed} data-testid="chat-history-failed">
      <p>
        {t('chat.historyFailed')} {t(errorTextKey(state.historyError))}
      </p>
      <Button variant="link" data-testid="chat-older" aria-disabled={state.loadingOlder} onClick={onLoad}>
        {t('common.tryAgain')}
      </Button>
    </div>
  );
};

interface HistoryEdgeProps extends HistoryProps {
  /** What is said where nothing is older. */
  beginning: string;
}

/** The upper edge of the conversation: its beginning, or the way to what is older. */
export const HistoryEdge = ({ state, beginning, onLoad }: HistoryEdgeProps) => {
  const { t } = useTranslation();
  if (state.historyError) return <HistoryFailed state={state} onLoad={onLoad} />;
  // What is written before the room is open says nothing of what was written there before.
  if (state.status !== 'joined') return null;
  if (!state.hasOlder && !state.loadingOlder) return <p>{beginning}</p>;
  return (
    <Button variant="link" data-testid="chat-older" aria-disabled={state.loadingOlder} onClick={onLoad}>
      {state.loadingOlder ? t('chat.loadingOlder') : t('chat.loadOlder')}
    </Button>
  );
};

/** In the middle of the past: the way to what came after. */
export const NewerEdge = ({ state, onLoad }: HistoryProps) => {
  const { t } = useTranslation();
  if (state.isAtNewest || !state.hasNewer) return <div className={styles.foot} />;
  return (
    <div className={styles.newer}>
      <Button variant="link" data-testid="chat-newer" aria-disabled={state.loadingNewer} onClick={onLoad}>
        {state.loadingNewer ? t('chat.loadingNewer') : t('chat.loadNewer')}
      </Button>
    </div>
  );
};

type EmptyRoom = Pick<RoomState, 'details' | 'may'>;

interface Way {
  key: 'write' | 'talk' | 'invite' | 'writeDirect' | 'talkDirect';
  icon: IconName;
}

/** What one can do in a room where nothing has happened yet. */
export const waysIn = ({ details, may }: EmptyRoom): readonly Way[] => {
  const isDirect = details?.kind === 'direct';
  // A guest of a public room has a link as well; a private one lets nobody in by that who was not invited.
  const mayInvite = !isDirect && details?.archivedAt === null && (details.isPublic || may.invite);
  const ways: readonly (Way | false)[] = [
    may.write && { key: isDirect ? 'writeDirect' : 'write', icon: 'send' },
    may.speak && { key: isDirect ? 'talkDirect' : 'talk', icon: 'sound' },
    mayInvite && { key: 'invite', icon: 'link' },
  ];
  return ways.filter((way) => way !== false);
};

/** What stands where there are no messages. */
export const EmptyTimeline = ({ state, room, onLoad }: HistoryProps & { room: EmptyRoom }) => {
  const { t } = useTranslation();
  if (state.historyError) {
    return (
      <div className={styles.empty}>
        <HistoryFailed state={state} onLoad={onLoad} />
      </div>
    );
  }
  if (state.status === 'joining') return <p className={styles.joining}>{t('room.joining')}</p>;
  if (state.loadingOlder) return <p className={styles.joining}>{t('chat.loading')}</p>;
  const ways = waysIn(room);
  return (
    <div className={styles.empty} data-testid="chat-empty">
      <p className={styles.emptyTitle}>{t('chat.emptyTitle')}</p>
      {ways.length > 0 ? (
        <ul className={styles.emptyWays}>
          {ways.map(({ key, icon }) => (
            <li key={key}>
              <Icon name={icon} />
              {t(`chat.ways.${key}`)}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
};
