import type { OpenRoom, RoomState, User } from '@boltorezka/sdk';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { StuckThread } from '../threads/stuck-thread.tsx';
import { Announcer } from './announcer/announcer.tsx';
import { WritingPlace } from './place/writing-place.tsx';
import { Timeline } from './timeline/timeline.tsx';
import { useTimes } from './times.ts';
import type { ConversationHandle } from './use-conversation.ts';

interface ConversationProps {
  room: OpenRoom;
  state: RoomState;
  title: string;
  me: User;
  conversation: ConversationHandle;
}

/** What is said in a room, and where one says something. */
export const Conversation = ({ room, state, title, me, conversation }: ConversationProps) => {
  const { t } = useTranslation();
  const times = useTimes();
  const box = useRef<HTMLElement>(null);
  return (
    <WritingPlace
      {...{ room, state, me, conversation, times, box }}
      target={room}
      messages={state.messages}
      typing={state.typing}
      placeholder={
        state.details?.kind === 'direct'
          ? t('chat.placeholderDirect', { name: title })
          : t('chat.placeholder', { room: title })
      }
    >
      <Timeline
        {...{ room, state, times }}
        meId={me.id}
        target={conversation.target}
        boxRef={box}
        onTarget={conversation.setTarget}
      />
      <Announcer state={state} me={me} />
      <StuckThread roomSlug={state.slug} onOpen={conversation.openThread} />
    </WritingPlace>
  );
};
