import type { OpenRoom, RoomState, User } from '@boltorezka/sdk';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { Lazily } from '../../../ui/lazily.tsx';
import type { ConversationHandle, Panel } from '../use-conversation.ts';
import styles from './panels.module.css';

const loadPanels = () => import('./panel-body.tsx');

interface PanelFrameProps {
  title: string;
  isWide: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** Beside the conversation where there is width for it; else over it. */
const PanelFrame = ({ title, isWide, onClose, children }: PanelFrameProps) => {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another panel has another heading.
  useEffect(() => heading.current?.focus(), [title]);
  if (!isWide) {
    return (
      <Dialog edge="right" title={title} open onClose={onClose}>
        <div className={styles.sheet}>{children}</div>
      </Dialog>
    );
  }
  return (
    <aside
      className={styles.panel}
      aria-label={title}
      data-testid="panel"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose();
      }}
    >
      <div className={styles.head}>
        <h2 ref={heading} tabIndex={-1} className={styles.heading}>
          {title}
        </h2>
        <IconButton icon="close" label={t('common.close')} data-testid="panel-close" onClick={onClose} />
      </div>
      {children}
    </aside>
  );
};

interface PanelHostProps {
  room: OpenRoom;
  state: RoomState;
  me: User;
  conversation: ConversationHandle;
  panel: Panel;
}

/** The thread, the list of threads, the pins or the search that stand beside the conversation. Their code comes when the first is opened. */
export const PanelHost = ({ room, state, me, conversation, panel }: PanelHostProps) => {
  const { t } = useTranslation();
  const titles = {
    thread: t('thread.title'),
    threads: t('thread.list'),
    pins: t('chat.pins.title'),
    search: t('search.title'),
  };
  return (
    <PanelFrame title={titles[panel.kind]} isWide={conversation.isWide} onClose={conversation.closePanel}>
      <Lazily load={loadPanels} when onFail={conversation.closePanel}>
        {({ PanelBody }) => (
          <PanelBody room={room} state={state} me={me} conversation={conversation} panel={panel} />
        )}
      </Lazily>
    </PanelFrame>
  );
};
