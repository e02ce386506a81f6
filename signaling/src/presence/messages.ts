import { limits, RoomId, UserId } from '@boltorezka/protocol';
import { z } from 'zod';

/** So many people of one message; more are told in several. */
export const maxPlacesPerMessage = 500;

const Place = z.object({
  roomId: RoomId,
  userId: UserId,
  userName: z.string().min(1).max(limits.maxUserNameLength),
});

const Places = z.array(Place).max(maxPlacesPerMessage);

/** The number of the last change that a process has told: who has heard another number has missed something. */
const version = z.int().nonnegative();
const from = z.uuid();

/** What signaling processes tell each other of who is in which room at them. */
export const PresenceMessage = z.discriminatedUnion('kind', [
  /** Tell me all; everybody is meant where nobody is named. */
  z.object({ kind: z.literal('wanted'), from, of: z.uuid().optional() }),
  /** All that is at the process, in parts that follow one another. */
  z.object({
    kind: z.literal('state'),
    from,
    version,
    part: z.int().nonnegative(),
    isLast: z.boolean(),
    places: Places,
  }),
  /** The change of this number. */
  z.object({
    kind: z.literal('changes'),
    from,
    version,
    entered: Places,
    left: z.array(Place.omit({ userName: true })).max(maxPlacesPerMessage),
  }),
  z.object({ kind: z.literal('alive'), from, version }),
]);
export type PresenceMessage = z.infer<typeof PresenceMessage>;

export const encodeMessage = (message: PresenceMessage): Buffer => Buffer.from(JSON.stringify(message));

/** Undefined for what nobody of ours has written: anybody with access to Redis may publish. */
export const decodeMessage = (frame: Buffer): PresenceMessage | undefined => {
  try {
    return PresenceMessage.safeParse(JSON.parse(frame.toString())).data;
  } catch {
    return undefined;
  }
};
