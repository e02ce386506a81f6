import type { OpenRoom, RoomState, User } from '@boltorezka/sdk';
import { Announcer } from '../chat/announcer.tsx';
import { Composer } from '../chat/composer.tsx';
import { Timeline } from '../chat/timeline.tsx';
import { VoiceStrip } from '../voice/voice-strip.tsx';
import { RoomFrame } from './room-frame.tsx';

interface RoomViewProps {
  room: OpenRoom;
  state: RoomState;
  title: string;
  me: User;
  drafts: Map<string, string>;
  onOpenLobby: (() => void) | null;
}

/** A room that is open: its call, and what is said in it. */
export const RoomView = ({ drafts, ...frame }: RoomViewProps) => {
  const { room, state, title, me } = frame;
  return (
    <RoomFrame {...frame}>
      <VoiceStrip state={state} me={me} />
      <Timeline room={room} state={state} />
      <Announcer state={state} me={me} />
      <Composer slug={state.slug} title={title} drafts={drafts} onSend={(text) => room.send(text)} />
    </RoomFrame>
  );
};
