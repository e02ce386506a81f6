import type { OpenRoom, RoomState, User } from '@boltorezka/sdk';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useUploads } from '../attachments/use-uploads.ts';
import { Announcer } from './announcer/announcer.tsx';
import { Composer } from './composer/composer.tsx';
import { findLastOwn } from './composer/composing.ts';
import type { ComposerControl } from './composer/use-composer.ts';
import { useComposing } from './composer/use-composing.ts';
import { useKnownPeople } from './composer/use-known-people.ts';
import { MessagePlace } from './place/message-place.tsx';
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
  const composer: ComposerControl = useRef(null);
  const uploads = useUploads(state.slug);
  const { composing, compose } = useComposing(state.messages);
  const people = useKnownPeople(state, me.id);
  const lastOwn = findLastOwn(state.messages, me.id);
  return (
    <MessagePlace
      kind="room"
      room={room}
      outbox={room}
      may={state.may}
      me={me}
      composer={composer}
      box={box}
      compose={compose}
      openThread={conversation.openThread}
      jumpTo={conversation.jumpTo}
    >
      <Timeline
        room={room}
        state={state}
        meId={me.id}
        times={times}
        target={conversation.target}
        boxRef={box}
        onTarget={conversation.setTarget}
      />
      <Announcer state={state} me={me} />
      <Composer
        placeholder={t('chat.placeholder', { room: title })}
        state={state}
        people={people}
        typing={state.typing}
        lastOwn={lastOwn}
        lastOwnAt={lastOwn?.createdAt ?? null}
        composing={composing}
        uploads={uploads}
        times={times}
        control={composer}
        onCompose={compose}
        onSend={(input) => room.send(input)}
        onEdit={(id, input) => room.edit(id, input)}
        onTyping={() => room.notifyTyping()}
      />
    </MessagePlace>
  );
};
