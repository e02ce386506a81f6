import { useTranslation } from 'react-i18next';
import { IconButton } from '../../../ui/button.tsx';
import type { ConversationHandle } from '../use-conversation.ts';

/** Opens the search and the pins of a room; pressed again, closes them. */
export const PanelButtons = ({ conversation }: { conversation: ConversationHandle }) => {
  const { t } = useTranslation();
  const { panel } = conversation;
  const toggle = (kind: 'search' | 'pins'): void => {
    if (panel?.kind === kind) conversation.closePanel();
    else conversation.open({ kind });
  };
  return (
    <>
      <IconButton
        icon="search"
        label={t('search.open')}
        aria-expanded={panel?.kind === 'search'}
        data-testid="search-open"
        onClick={() => toggle('search')}
      />
      <IconButton
        icon="pin"
        label={t('chat.pins.open')}
        aria-expanded={panel?.kind === 'pins'}
        data-testid="pins-open"
        onClick={() => toggle('pins')}
      />
    </>
  );
};
