import { z } from 'zod';
import {
  AttachmentId,
  ClientMessageId,
  Epoch,
  MessageId,
  PictureId,
  RoomId,
  Seq,
  Timestamp,
  UserId,
} from './ids.ts';
import { limits } from './limits.ts';
import { snakeCased } from './snake-case.ts';

/** One emoji, as Unicode has them: letters and markup are none. */
export const Emoji = z
  .string()
  .min(1)
  .max(limits.maxEmojiLength)
  .refine((text) => /^\p{RGI_Emoji}$/v.test(text), 'Use one emoji')
  .meta({ id: 'Emoji', description: 'One emoji sequence that Unicode recommends (RGI, UTS 51).' });

export const Attachment = z
  .object({
    id: AttachmentId,
    name: z.string(),
    mediaType: z.string().describe('As its content shows, whatever its name says (RFC 6838).'),
    sizeBytes: z.int().nonnegative(),
    width: z.int().positive().optional().describe('Of an image, in pixels.'),
    height: z.int().positive().optional(),
    hasThumbnail: z.boolean(),
  })
  .meta({ id: 'Attachment' });
export type Attachment = z.infer<typeof Attachment>;

export const LinkPreview = z
  .object({
    url: z.string(),
    siteName: z.string().optional(),
    title: z.string(),
    description: z.string().optional(),
    picture: z
      .object({
        id: PictureId,
        width: z.int().positive().describe('In pixels, of the picture that the server has made.'),
        height: z.int().positive(),
        alt: z.string().optional().describe('What is to be seen, in the words of the page.'),
      })
      .optional()
      .describe('Its bytes: previews.picture. One that is old may be gone.'),
  })
  .meta({ id: 'LinkPreview' });
export type LinkPreview = z.infer<typeof LinkPreview>;

export const Mention = z
  .object({
    userId: UserId,
    userName: z.string().describe('The name at the time: the text holds @ and this.'),
  })
  .meta({ id: 'Mention' });
export type Mention = z.infer<typeof Mention>;

/** What a reply shows of the message that it answers. */
export const Quotation = z
  .object({
    messageId: MessageId,
    seq: Seq,
    userId: UserId,
    userName: z.string(),
    text: z.string().describe(`The first ${limits.maxExcerptLength} characters; empty where it was deleted.`),
    isDeleted: z.boolean(),
  })
  .meta({ id: 'Quotation' });
export type Quotation = z.infer<typeof Quotation>;

/** What a thread's first message shows of it. */
export const ThreadSummary = z
  .object({ replyCount: z.int().nonnegative(), lastReplyAt: Timestamp.optional() })
  .meta({ id: 'ThreadSummary' });
export type ThreadSummary = z.infer<typeof ThreadSummary>;

export const Reaction = z
  .object({
    emoji: z.string(),
    count: z.int().positive(),
    isMine: z.boolean().describe('Whoever reads this has reacted so.'),
  })
  .meta({ id: 'Reaction' });
export type Reaction = z.infer<typeof Reaction>;

export const ChatMessage = z
  .object({
    id: MessageId,
    roomId: RoomId,
    userId: UserId,
    userName: z.string(),
    text: z.string().describe('Empty where the message was deleted, or holds attachments alone.'),
    createdAt: Timestamp,
    seq: Seq,
    epoch: Epoch,
    clientMessageId: ClientMessageId.optional(),
    revision: Seq.optional().describe(
      'The position of the last event that changed this message: the state with the greater one is the later. Absent: seq.',
    ),
    editedAt: Timestamp.optional(),
    deletedAt: Timestamp.optional(),
    replyTo: Quotation.optional(),
    threadRootId: MessageId.optional().describe('The message whose thread this one belongs to.'),
    thread: ThreadSummary.optional().describe('Of a message that has a thread.'),
    mentions: z.array(Mention).optional(),
    mentionsEveryone: z.boolean().optional(),
    attachments: z.array(Attachment).optional(),
    previews: z.array(LinkPreview).optional(),
    pinnedAt: Timestamp.optional(),
    reactions: z
      .array(Reaction)
      .optional()
      .describe('In answers to one reader. Events leave it out: it stays as it was.'),
  })
  .meta({ id: 'ChatMessage' });
export type ChatMessage = z.infer<typeof ChatMessage>;

/** The REST form of a message: v1 names REST fields in snake_case. */
export const RestMessage = snakeCased(ChatMessage);
export type RestMessage = z.infer<typeof RestMessage>;
