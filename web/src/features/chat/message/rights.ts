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
}

type Facts = Pick<Surface, 'kind' | 'may'> & { me: { id: string } };

/** The server has the last word; this keeps from offering what it would refuse. */
export const rightsOf = (message: TimelineMessage, { kind, may, me }: Facts): MessageRights => {
  const isHere = message.status === 'sent' && message.id !== null && !message.isDeleted;
  const isMine = message.userId === me.id;
  const isInRoom = kind === 'room' && message.threadRootId === null;
  return {
    reply: isHere && may.write,
    react: isHere && may.react,
    openThread: isHere && isInRoom && (message.thread !== null || may.startThread),
    edit: isHere && isMine && may.write,
    delete: isHere && (isMine || may.deleteOthersMessages),
    pin: isHere && may.pin,
    copyText: !message.isDeleted && message.text !== '',
    copyLink: isHere,
    report: isHere && !isMine && may.report,
    block: isHere && !isMine,
  };
};

export const hasAny = (rights: MessageRights): boolean => Object.values(rights).some(Boolean);
