import type { Client, DraftPlace, SendInput } from '@boltorezka/sdk';

/** Sends to a place where nobody writes any more, and lets go of its draft once the message is kept. */
export const createSendAway =
  ({ rooms, drafts }: Pick<Client, 'rooms' | 'drafts'>) =>
  (place: DraftPlace, message: SendInput): void => {
    const { roomSlug, threadRootId } = place;
    const room = rooms.open(roomSlug);
    const sent = { ...message, ...(threadRootId !== undefined && { threadRootId }) };
    // At once: whoever comes back before it is kept finds nothing that they could send again.
    room.send(sent, drafts.letGo(place, message.text));
    room.close();
  };
