import type { OpenRoom, RoomState, User } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMediaQuery } from '../../lib/use-media-query.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Conversation } from '../chat/conversation.tsx';
import { PanelButtons } from '../chat/panels/panel-buttons.tsx';
import { PanelHost } from '../chat/panels/panel-host.tsx';
import { useConversation } from '../chat/use-conversation.ts';
import { VoiceStrip } from '../voice/voice-strip.tsx';
import { CopyLinkButton } from './copy-link-button.tsx';
import { MemberList } from './member-list.tsx';
import styles from './room.module.css';
import { RoomHeader } from './room-header.tsx';

interface MembersButtonProps {
  count: number;
  onClick: () => void;
}

const MembersButton = ({ count, onClick }: MembersButtonProps) => {
  const { t } = useTranslation();
  const label = t('members.count', { count });
  return (
    <Button
      variant="ghost"
      icon="users"
      title={label}
      aria-label={label}
      data-testid="members-open"
      onClick={onClick}
    >
      {count}
    </Button>
  );
};

interface RoomViewProps {
  room: OpenRoom;
  state: RoomState;
  title: string;
  me: User;
  onOpenLobby: (() => void) | null;
}

export const RoomView = ({ room, state, title, me, onOpenLobby }: RoomViewProps) => {
  const { t } = useTranslation();
  const wide = useMediaQuery('(min-width: 64rem)');
  const [membersOpen, setMembersOpen] = useState(false);
  const conversation = useConversation(room, state.status === 'joined');
  const { panel } = conversation;
  const members = <MemberList members={state.members} participants={state.participants} me={me} />;
  return (
    <div className={styles.columns}>
      <div className={styles.room}>
        <RoomHeader slug={state.slug} title={title} onOpenLobby={onOpenLobby}>
          <PanelButtons conversation={conversation} />
          <CopyLinkButton slug={state.slug} />
          {wide ? null : <MembersButton count={state.members.length} onClick={() => setMembersOpen(true)} />}
        </RoomHeader>
        <VoiceStrip state={state} me={me} />
        <Conversation room={room} state={state} title={title} me={me} conversation={conversation} />
      </div>
      {panel ? (
        <PanelHost room={room} state={state} me={me} conversation={conversation} panel={panel} />
      ) : null}
      {wide && panel ? null : wide ? (
        <aside className={styles.members} aria-labelledby="members-heading">
          <h2 id="members-heading" className={styles.membersHeading}>
            {t('members.title')} · {state.members.length}
          </h2>
          {members}
        </aside>
      ) : (
        <Dialog
          edge="right"
          title={t('members.title')}
          open={membersOpen}
          onClose={() => setMembersOpen(false)}
        >
          {members}
        </Dialog>
      )}
    </div>
  );
};
