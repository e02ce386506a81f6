import type { OpenRoom, RoomState, User } from '@boltorezka/sdk';
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLatest } from '../../../lib/use-latest.ts';
import { IconButton } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { Lazily } from '../../../ui/lazily.tsx';
import type { ConversationHandle, Panel } from '../use-conversation.ts';
import styles from './panels.module.css';

const loadPanels = () => import('./panel-body.tsx');

interface PanelFrameProps {
  title: string;
  kind: Panel['kind'];
  /** Where the focus goes from here if what led here has gone. */
  onLost: () => void;
  isWide: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** Gives the focus back to what the panel was opened from, whichever way it closes. */
const useWayBack = (onLost: () => void): RefObject<HTMLElement | null> => {
  const ref = useRef<HTMLElement>(null);
  // Looked at before anything in the panel takes the focus.
  const [cameFrom] = useState(() => document.activeElement);
  const lost = useLatest(onLost);
  useLayoutEffect(() => {
    const panel = ref.current;
    return () => {
      if (!panel?.contains(document.activeElement)) return;
      const isThere = cameFrom instanceof HTMLElement && cameFrom !== document.body && cameFrom.isConnected;
      if (isThere) cameFrom.focus();
      else lost.current();
    };
  }, [cameFrom, lost]);
  return ref;
};

/** Beside the conversation where there is width for it; else over it. */
const PanelFrame = ({ title, kind, isWide, onLost, onClose, children }: PanelFrameProps) => {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  const panel = useWayBack(onLost);
  useEffect(() => {
    // What is looked for is written at once.
    if (!panel.current?.contains(document.activeElement)) heading.current?.focus();
  }, [panel]);
  if (!isWide) {
    return (
      <Dialog edge="right" title={title} open onClose={onClose}>
        <div className={styles.sheet}>{children}</div>
      </Dialog>
    );
  }
  return (
    <aside
      ref={panel}
      className={styles.panel}
      aria-label={title}
      data-testid="panel"
      // What is typed at the head of a thread is meant for the thread, and not for the whole room.
      data-place={kind === 'thread' ? kind : undefined}
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
    <PanelFrame
      key={panel.kind === 'thread' ? panel.rootId : panel.kind}
      title={titles[panel.kind]}
      kind={panel.kind}
      isWide={conversation.isWide}
      onLost={() => conversation.composer.current?.focus()}
      onClose={conversation.closePanel}
    >
      <Lazily load={loadPanels} when onFail={conversation.closePanel}>
        {({ PanelBody }) => (
          <PanelBody room={room} state={state} me={me} conversation={conversation} panel={panel} />
        )}
      </Lazily>
    </PanelFrame>
  );
};
