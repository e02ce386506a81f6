import type { OpenRoom, RoomState, User } from '@boltorezka/sdk';
import { useMediaQuery } from '../../lib/use-media-query.ts';
import { useComposerFocus } from '../chat/composer/use-composer-focus.ts';
import { Conversation } from '../chat/conversation.tsx';
import { PanelButtons, usePanelItems } from '../chat/panels/panel-buttons.tsx';
import { PanelHost } from '../chat/panels/panel-host.tsx';
import { useConversation } from '../chat/use-conversation.ts';
import { VoiceStrip } from '../voice/voice-strip.tsx';
import { RoomFrame } from './room-frame.tsx';

interface RoomViewProps {
  room: OpenRoom;
  state: RoomState;
  title: string;
  me: User;
  onOpenLobby: (() => void) | null;
}

/** A room that is open: its call, and what is said in it. */
export const RoomView = (frame: RoomViewProps) => {
  const { room, state, title, me } = frame;
  const roomy = useMediaQuery('(min-width: 45rem)');
  const conversation = useConversation(room, state.status === 'joined');
  useComposerFocus(conversation.composer);
  const items = usePanelItems(conversation, state);
  const { panel } = conversation;
  return (
    <RoomFrame
      {...frame}
      actions={roomy ? <PanelButtons conversation={conversation} state={state} /> : null}
      menuItems={roomy ? [] : items}
      side={panel ? <PanelHost {...{ room, state, me, conversation, panel }} /> : undefined}
      onMention={(person) => conversation.composer.current?.mention(person)}
    >
      <VoiceStrip state={state} me={me} />
      <Conversation {...{ room, state, title, me, conversation }} />
    </RoomFrame>
  );
};
