import type { Member, OpenRoom, RoomState, TimelineMessage, User } from '@boltorezka/sdk';
import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { useStore } from '../../../lib/use-store.ts';
import { useUploads } from '../../attachments/use-uploads.ts';
import { attachRefusalOf } from '../composer/closed-reason.ts';
import { Composer } from '../composer/composer.tsx';
import { findLastOwn, lastOwnAt, laterOf, nextOwnAt } from '../composer/composing.ts';
import type { ComposerControl } from '../composer/use-composer.ts';
import { useComposing } from '../composer/use-composing.ts';
import { useKnownPeople } from '../composer/use-known-people.ts';
import { useTakenKeys } from '../composer/use-taken-keys.ts';
import type { Times } from '../times.ts';
import type { ConversationHandle } from '../use-conversation.ts';
import { MessagePlace } from './message-place.tsx';

/** The room and its threads are slowed down together: what was written in one counts in all. */
const useLatestOf = (shared: ConversationHandle['wroteAt'], here: string | null): string | null => {
  const known = useStore(shared);
  const latest = laterOf(here, known);
  useEffect(() => shared.set(latest), [shared, latest]);
  return latest;
};

interface WritingPlaceProps {
  room: OpenRoom;
  state: RoomState;
  me: User;
  conversation: ConversationHandle;
  times: Times;
  /** Of a thread: the message that it is about. */
  threadRootId?: string;
  /** Where messages of this place come from and go to: the room, or one of its threads. */
  target: Pick<OpenRoom, 'send' | 'retry' | 'discard' | 'notifyTyping'>;
  messages: readonly TimelineMessage[];
  typing: readonly Member[];
  placeholder: string;
  box: RefObject<HTMLElement | null>;
  children: ReactNode;
}

/** Messages, and where one writes to them. */
export const WritingPlace = (props: WritingPlaceProps) => {
  const { room, state, me, conversation, times, threadRootId, target, messages, typing, box, children } =
    props;
  const threadComposer: ComposerControl = useRef(null);
  const composer = threadRootId === undefined ? conversation.composer : threadComposer;
  const place = { roomSlug: state.slug, ...(threadRootId !== undefined && { threadRootId }) };
  const uploads = useUploads(place);
  const { composing, compose } = useComposing(place, { messages, isJoined: state.status === 'joined' });
  const people = useKnownPeople({ members: state.members, messages }, me.id);
  const kind = threadRootId === undefined ? 'room' : 'thread';
  useTakenKeys(composer, kind);
  const lastOwn = findLastOwn(messages, me.id);
  const writer = { meId: me.id, slowModeS: state.details?.slowModeS ?? 0 };
  const wroteAt = useLatestOf(conversation.wroteAt, lastOwnAt(messages, writer));
  return (
    <MessagePlace
      {...{ kind, room, me, composer, box, compose }}
      outbox={target}
      may={state.may}
      attachRefusal={attachRefusalOf(state)}
      openThread={conversation.openThread}
      jumpTo={conversation.jumpTo}
    >
      {children}
      <Composer
        {...{ state, people, typing, lastOwn, composing, uploads, times }}
        {...(threadRootId !== undefined && { threadRootId })}
        placeholder={props.placeholder}
        lastOwnAt={laterOf(wroteAt, nextOwnAt(messages))}
        control={composer}
        onCompose={compose}
        onSend={(input, onKept) => target.send(input, onKept)}
        onEdit={(id, input, onKept) => room.edit(id, input, onKept)}
        onTyping={() => target.notifyTyping()}
      />
    </MessagePlace>
  );
};
