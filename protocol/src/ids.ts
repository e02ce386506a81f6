import { z } from 'zod';
import { limits } from './limits.ts';

export const UserId = z.uuid().meta({ id: 'UserId' });
export const RoomId = z.uuid().meta({ id: 'RoomId' });
export const MessageId = z.uuid().meta({ id: 'MessageId' });
export const SessionId = z.uuid().meta({ id: 'SessionId' });
export const AttachmentId = z.uuid().meta({ id: 'AttachmentId' });
export const PictureId = z.uuid().meta({
  id: 'PictureId',
  description: "Names one picture: another one of the same person's is called otherwise.",
});
export const InvitationId = z.uuid().meta({ id: 'InvitationId' });
export const ReportId = z.uuid().meta({ id: 'ReportId' });
export const SeatId = z.uuid().meta({ id: 'SeatId', description: "A person's one place in voice." });

/** ISO 8601, UTC, milliseconds: `2026-01-31T12:00:00.000Z`. */
export const Timestamp = z.iso
  .datetime()
  .meta({ id: 'Timestamp', description: 'ISO 8601, UTC, milliseconds: `2026-01-31T12:00:00.000Z`.' });

export const RoomSlug = z
  .string()
  .min(limits.minRoomSlugLength)
  .max(limits.maxRoomSlugLength)
  .regex(/^[a-z0-9-]+$/, 'Use lowercase Latin letters, digits and hyphens')
  .meta({ id: 'RoomSlug' });

/** The position of a durable event in its room's log: 1, 2, 3 … without gaps within one epoch. */
export const Seq = z.int().nonnegative().meta({
  id: 'Seq',
  description: "A durable event's position in its room's log: 1, 2, 3 … without gaps within one epoch.",
});

/** Names the room's log. It changes when a backup is restored: positions of another epoch mean nothing. */
export const Epoch = z.uuid().meta({
  id: 'Epoch',
  description: "Names the room's log; positions of another epoch mean nothing.",
});

/** The sender's own name for a message; a retry repeats it and gets the first result. */
export const ClientMessageId = z
  .string()
  .min(1)
  .max(limits.maxClientMessageIdLength)
  .regex(/^[A-Za-z0-9_-]+$/, 'Use letters, digits, _ and -')
  .meta({
    id: 'ClientMessageId',
    description: "The sender's own name for a message; a retry repeats it and gets the first result.",
  });

/** mediasoup ids are UUIDs today; the contract promises a short opaque string. */
export const MediaId = z.string().min(1).max(64).meta({ id: 'MediaId' });

const hasCodePoints = (text: string, min: number): boolean => {
  if (min === 0) return true;
  let count = 0;
  for (const _ of text) {
    count += 1;
    if (count >= min) return true;
  }
  return false;
};

/**
 * Text that people write: PostgreSQL cannot hold NUL, and what is blank says nothing.
 * Length counts Unicode code points, as PostgreSQL and JSON Schema do; a browser's `maxlength` counts UTF-16 code units
 * and so stops no later.
 */
export const humanText = (min: number, max: number) =>
  z
    .string()
    .max(max)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what is being refused.
    .refine((text) => !/\u0000/.test(text), 'NUL characters are not allowed')
    // Half a surrogate pair is stored as something else than was sent, and strict decoders refuse the frame.
    .refine((text) => text.isWellFormed(), 'The text is not well-formed Unicode')
    .refine(
      (text) => hasCodePoints(text.trim(), min),
      `At least ${min} visible character${min === 1 ? '' : 's'}`,
    )
    // What a refinement asks, JSON Schema cannot see.
    .meta({ minLength: min });
