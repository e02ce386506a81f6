import { z } from 'zod';
import { defineEvents } from './frames.ts';
import { RoomSlug, UserId } from './ids.ts';

/** A person in a room. Presence is per person: the first socket in, the last one out. */
export const Member = z.object({ userId: UserId, userName: z.string() }).meta({ id: 'Member' });
export type Member = z.infer<typeof Member>;

export const PresencePayload = Member.extend({ roomSlug: RoomSlug }).meta({ id: 'PresencePayload' });

export const presenceEvents = defineEvents({
  'presence.joined': { payload: PresencePayload, summary: 'Somebody else entered the room' },
  'user.renamed': {
    payload: Member,
    summary:
      'Somebody is called otherwise from now on, wherever they are named; to every socket, as names are everybody’s to find',
  },
  'presence.left': { payload: PresencePayload, summary: 'Somebody else left the room, or is gone' },
});
