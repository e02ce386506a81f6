import type { Client, DraftPlace, SendInput } from '@boltorezka/sdk';

/** Sends to a place where nobody writes any more, and lets go of its draft once the message is kept. */
export const createSendAway =
  ({ rooms, drafts }: Pick<Client, 'rooms' | 'drafts'>) =>
  (place: DraftPlace, message: SendInput): void => {
    const { roomSlug, threadRootId } = place;
    const room = rooms.open(roomSlug);
    room.send({ ...message, ...(threadRootId !== undefined && { threadRootId }) }, () => {
      // The next one may have been begun meanwhile.
      if (drafts.get(place).text === message.text) drafts.change(place, { text: '', replyTo: null });
    });
    room.close();
  };
