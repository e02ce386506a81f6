import type { RoomState } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { Badged } from '../../../ui/badged.tsx';
import { IconButton } from '../../../ui/button.tsx';
import type { MenuItem } from '../../../ui/menu.tsx';
import type { ConversationHandle } from '../use-conversation.ts';

interface PanelWay {
  kind: 'search' | 'threads' | 'pins';
  icon: 'search' | 'thread' | 'pin';
  label: string;
  news?: NonNullable<MenuItem['news']>;
}

const usePanelWays = ({ unreadThreads }: RoomState): PanelWay[] => {
  const { t } = useTranslation();
  const count = Object.values(unreadThreads).reduce((sum, unread) => sum + unread, 0);
  const threads: PanelWay = { kind: 'threads', icon: 'thread', label: t('thread.list') };
  return [
    { kind: 'search', icon: 'search', label: t('search.open') },
    count > 0 ? { ...threads, news: { count, label: t('thread.unreadReplies', { count }) } } : threads,
    { kind: 'pins', icon: 'pin', label: t('chat.pins.open') },
  ];
};

interface PanelButtonsProps {
  conversation: ConversationHandle;
  state: RoomState;
}

/** Opens the search, the threads and the pins of a room; pressed again, closes them. */
export const PanelButtons = ({ conversation, state }: PanelButtonsProps) => {
  const { panel } = conversation;
  return usePanelWays(state).map(({ kind, icon, label, news }) => (
    <Badged key={kind} count={news?.count ?? 0}>
      <IconButton
        icon={icon}
        label={news ? `${label}, ${news.label}` : label}
        aria-expanded={panel?.kind === kind}
        data-testid={`${kind}-open`}
        onClick={() => (panel?.kind === kind ? conversation.closePanel() : conversation.open({ kind }))}
      />
    </Badged>
  ));
};

/** The same as items of a menu, where there is no width for buttons. */
export const usePanelItems = (conversation: ConversationHandle, state: RoomState): MenuItem[] =>
  usePanelWays(state).map(({ kind, ...way }) => ({
    ...way,
    id: kind,
    testId: `${kind}-open`,
    onSelect: () => conversation.open({ kind }),
  }));
