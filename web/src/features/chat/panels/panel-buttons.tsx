import { useTranslation } from 'react-i18next';
import { IconButton } from '../../../ui/button.tsx';
import type { MenuItem } from '../../../ui/menu.tsx';
import type { ConversationHandle } from '../use-conversation.ts';

interface PanelWay {
  kind: 'search' | 'threads' | 'pins';
  icon: 'search' | 'thread' | 'pin';
  label: string;
}

const usePanelWays = (): PanelWay[] => {
  const { t } = useTranslation();
  return [
    { kind: 'search', icon: 'search', label: t('search.open') },
    { kind: 'threads', icon: 'thread', label: t('thread.list') },
    { kind: 'pins', icon: 'pin', label: t('chat.pins.open') },
  ];
};

/** Opens the search, the threads and the pins of a room; pressed again, closes them. */
export const PanelButtons = ({ conversation }: { conversation: ConversationHandle }) => {
  const { panel } = conversation;
  return usePanelWays().map(({ kind, icon, label }) => (
    <IconButton
      key={kind}
      icon={icon}
      label={label}
      aria-expanded={panel?.kind === kind}
      data-testid={`${kind}-open`}
      onClick={() => (panel?.kind === kind ? conversation.closePanel() : conversation.open({ kind }))}
    />
  ));
};

/** The same as items of a menu, where there is no width for buttons. */
export const usePanelItems = (conversation: ConversationHandle): MenuItem[] =>
  usePanelWays().map(({ kind, icon, label }) => ({
    id: kind,
    icon,
    label,
    testId: `${kind}-open`,
    onSelect: () => conversation.open({ kind }),
  }));
