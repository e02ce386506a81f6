import type { ChatMessage, EventPayload, ReadState, ThreadSummary } from '@boltorezka/protocol';
import type { InboxAddition, Mark } from '../reads/index.ts';

/** A message on its way into the log. */
export interface NewMessage {
  id: string;
  roomId: string;
  userId: string;
  text: string;
  clientMessageId: string | undefined;
  replyTo?: string | undefined;
  threadRootId?: string | undefined;
  mentions?: string[] | undefined;
  mentionsEveryone?: boolean | undefined;
  attachmentIds?: string[] | undefined;
}

/** A room's counts, as its list shows them. */
export type RoomActivity = EventPayload<'lobby.activity'> & { isPublic: boolean };

/** What others are told of a message that was written. */
export interface MessageNews {
  /** Of a message in a thread: how that stands with it. */
  thread?: ThreadSummary;
  /** Of a message of the room's own. */
  activity?: RoomActivity;
  /** Its sender has read the room up to it; of several messages the last one says so. */
  read?: Mark & { unreadMentionCount: number };
  /** Its sender has read the thread up to it; of several replies the last one says so. */
  isThreadRead?: boolean;
  /** What their inbox held of the thread is read with it: how the room stands now. */
  readOfRoom?: ReadState;
  inbox: InboxAddition[];
}

/** What became of one: written, or found to be a retry of an earlier one. */
export interface Written {
  message: ChatMessage;
  isRetry: boolean;
  news?: MessageNews;
}

/** Names a message that its sender named; undefined for one that cannot be told from another. */
export const retryKey = ({
  roomId,
  userId,
  clientMessageId,
}: Pick<NewMessage, 'roomId' | 'userId' | 'clientMessageId'>): string | undefined =>
  clientMessageId === undefined ? undefined : `${roomId} ${userId} ${clientMessageId}`;
