import type { OpenRoom, RetryHow, RoomMay, Store, TimelineMessage, User } from '@boltorezka/sdk';
import { createContext, useContext } from 'react';
import type { Anchor } from '../../../ui/anchor.ts';

/** What somebody can do with a message from where it is shown. The same object for as long as the place is open. */
export interface MessageActs {
  reply(message: TimelineMessage): void;
  edit(message: TimelineMessage): void;
  react(message: TimelineMessage, emoji: string, isSet: boolean): void;
  pin(message: TimelineMessage, isPinned: boolean): void;
  dismissPreview(message: TimelineMessage, url: string): void;
  openThread(message: TimelineMessage): void;
  copyText(message: TimelineMessage): void;
  copyLink(message: TimelineMessage): void;
  /** To the message with this id, in this room. */
  jumpTo(messageId: string): void;
  retry(key: string, how?: RetryHow): void;
  discard(key: string): void;
  /** The message's own buttons are about to go, and the focus with them. */
  settle(): void;
  /** Opens what floats beside the message, or asks before something is done to it. */
  open(floating: Floating): void;
  /** The author has been blocked by me, and is no more. */
  unblock(message: TimelineMessage): void;
  /** Back to where one writes. */
  leave(): void;
}

/** What moderators do to whoever wrote a message. */
export type ModeratingAction = 'mute' | 'remove' | 'ban';

/** What may float over the messages, one at a time. */
export type Floating =
  | { kind: 'menu' | 'emoji' | 'reactions'; message: TimelineMessage; anchor: Anchor }
  | { kind: 'delete' | 'report' | 'block'; message: TimelineMessage }
  | { kind: ModeratingAction; message: TimelineMessage }
  | { kind: 'viewer'; message: TimelineMessage; attachmentId: string };

/** Where messages are shown: the room, or one of its threads. */
export interface Surface {
  kind: 'room' | 'thread';
  room: Pick<OpenRoom, 'state'>;
  me: User;
  may: RoomMay;
  acts: MessageActs;
  /** Whose messages are folded. */
  blockedIds: ReadonlySet<string>;
  /** The key of the message that something floats beside: its buttons stay. */
  heldKey: Store<string | null>;
}

const SurfaceContext = createContext<Surface | null>(null);

export const SurfaceProvider = SurfaceContext.Provider;

export const useSurface = (): Surface => {
  const surface = useContext(SurfaceContext);
  if (!surface) throw new Error('This component needs a SurfaceProvider above it.');
  return surface;
};
