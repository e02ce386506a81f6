import type { ChatMessage, EventPayload, ThreadSummary } from '@boltorezka/protocol';
import type { InboxAddition, Mark, PersonRead } from '../reads/index.ts';

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
  read?: Mark;
  /** How others' reading stands, where it is told anew. */
  reads?: PersonRead[];
  inbox: InboxAddition[];
}

/** What became of one: written, or found to be a retry of an earlier one. Of that of its own group nothing is told. */
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
