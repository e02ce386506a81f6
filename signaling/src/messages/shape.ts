import type {
  Attachment,
  ChatMessage,
  LinkPreview,
  Mention,
  Quotation,
  Reaction,
  RestMessage,
} from '@boltorezka/protocol';
import { toSnakeCase } from '@boltorezka/protocol';

/** A message with all that belongs to it, as one row. */
export interface MessageRow {
  id: string;
  room_id: string;
  user_id: string;
  user_name: string;
  text: string;
  created_at: Date;
  seq: string;
  epoch: string;
  client_message_id: string | null;
  revision: string;
  edited_at: Date | null;
  deleted_at: Date | null;
  pinned_at: Date | null;
  thread_root_id: string | null;
  thread_reply_count: number;
  thread_last_reply_at: Date | null;
  mentions: Mention[] | null;
  mentions_everyone: boolean;
  previews: LinkPreview[] | null;
  reply_to: Quotation | null;
  attachments: NullableFields<Attachment>[] | null;
  reactions: Reaction[] | null;
}

/** As PostgreSQL builds JSON: what is not there is null. */
type NullableFields<T> = { [K in keyof T]: T[K] | null };

const toAttachment = ({ width, height, ...rest }: NullableFields<Attachment>): Attachment => ({
  ...(rest as Attachment),
  ...(width === null || width === undefined ? {} : { width }),
  ...(height === null || height === undefined ? {} : { height }),
});

/** A moment as the contract writes it; nothing where there was none. */
const at = <K extends string>(name: K, moment: Date | null): { [N in K]?: string } =>
  (moment === null ? {} : { [name]: moment.toISOString() }) as { [N in K]?: string };

const threadOf = (row: MessageRow): Pick<ChatMessage, 'thread'> =>
  row.thread_reply_count === 0
    ? {}
    : { thread: { replyCount: row.thread_reply_count, ...at('lastReplyAt', row.thread_last_reply_at) } };

const partsOf = (row: MessageRow): Partial<ChatMessage> => ({
  ...(row.reply_to === null ? {} : { replyTo: row.reply_to }),
  ...(row.mentions === null ? {} : { mentions: row.mentions }),
  ...(row.mentions_everyone ? { mentionsEveryone: true } : {}),
  ...(row.attachments === null ? {} : { attachments: row.attachments.map(toAttachment) }),
  ...(row.previews === null ? {} : { previews: row.previews }),
  ...(row.reactions === null ? {} : { reactions: row.reactions }),
});

export const toChatMessage = (row: MessageRow): ChatMessage => ({
  id: row.id,
  roomId: row.room_id,
  userId: row.user_id,
  userName: row.user_name,
  text: row.text,
  createdAt: row.created_at.toISOString(),
  seq: Number(row.seq),
  epoch: row.epoch,
  ...(row.client_message_id === null ? {} : { clientMessageId: row.client_message_id }),
  ...(row.revision === row.seq ? {} : { revision: Number(row.revision) }),
  ...at('editedAt', row.edited_at),
  ...at('deletedAt', row.deleted_at),
  ...at('pinnedAt', row.pinned_at),
  ...(row.thread_root_id === null ? {} : { threadRootId: row.thread_root_id }),
  ...threadOf(row),
  ...partsOf(row),
});

export const toRestMessage = (message: ChatMessage): RestMessage => toSnakeCase(message);
