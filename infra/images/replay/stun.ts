import { randomBytes } from 'node:crypto';
import { decodeMessage, encodeMessage } from '@boltorezka/turn';

interface IceCredentials {
  usernameFragment: string;
  password: string;
}

/** A connectivity check of ICE (RFC 8445), as a browser sends to where its voice shall go. */
export const createConnectivityCheck = ({
  usernameFragment,
  password,
}: IceCredentials): { request: Buffer; isAnsweredBy: (response: Buffer) => boolean } => {
  const transactionId = randomBytes(12);
  const request = encodeMessage({
    method: 'binding',
    class: 'request',
    transactionId,
    attributes: [
      ['username', Buffer.from(`${usernameFragment}:replay`)],
      ['priority', Buffer.from([0x6e, 0x7f, 0x1e, 0xff])],
      ['iceControlling', randomBytes(8)],
    ],
    integrityKey: Buffer.from(password),
    fingerprint: true,
  });
  return {
    request,
    isAnsweredBy: (response) => {
      const message = decodeMessage(response);
      return message?.class === 'success' && message.transactionId.equals(transactionId);
    },
  };
};
