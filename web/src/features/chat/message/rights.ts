import type { TimelineMessage } from '@boltorezka/sdk';
import type { Surface } from './surface.tsx';

/** What may be done with a message; what may not is not offered. */
export interface MessageRights {
  reply: boolean;
  react: boolean;
  openThread: boolean;
  edit: boolean;
  delete: boolean;
  pin: boolean;
  copyText: boolean;
  copyLink: boolean;
  report: boolean;
  block: boolean;
  unblock: boolean;
  mute: boolean;
  remove: boolean;
  ban: boolean;
}

type Facts = Pick<Surface, 'kind' | 'may' | 'blockedIds'> & { me: { id: string } };

const isOnServer = ({ status, id, isDeleted }: TimelineMessage): boolean =>
  status === 'sent' && id !== null && !isDeleted;

/** The message, or a part of it. */
export const mayTakeAway = (message: TimelineMessage, { may, me }: Pick<Facts, 'may' | 'me'>): boolean =>
  isOnServer(message) && (message.userId === me.id || may.deleteOthersMessages);

/** The server has the last word; this keeps from offering what it would refuse. */
export const rightsOf = (message: TimelineMessage, { kind, may, me, blockedIds }: Facts): MessageRights => {
  const isHere = isOnServer(message);
  const isMine = message.userId === me.id;
  // Whether the author stands as high, the server knows.
  const mayModerate = isHere && !isMine && may.manageMembers;
  const isInRoom = kind === 'room' && message.threadRootId === null;
  return {
    reply: isHere && may.write,
    react: isHere && may.react,
    openThread: isHere && isInRoom && (message.thread !== null || may.startThread),
    edit: isHere && isMine && may.write,
    delete: mayTakeAway(message, { may, me }),
    pin: isHere && may.pin,
    copyText: !message.isDeleted && message.text !== '',
    copyLink: isHere,
    report: isHere && !isMine && may.report,
    block: isHere && !isMine && !blockedIds.has(message.userId),
    unblock: isHere && !isMine && blockedIds.has(message.userId),
    mute: mayModerate,
    remove: mayModerate,
    ban: mayModerate,
  };
};

export const hasAny = (rights: MessageRights): boolean => Object.values(rights).some(Boolean);
