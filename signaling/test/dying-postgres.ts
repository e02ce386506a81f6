import { createServer } from 'node:net';

const message = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};

const authenticationOk = message('R', Buffer.alloc(4));
const readyForQuery = message('Z', Buffer.from('I'));
const terminated = message(
  'E',
  Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'),
);

export interface DyingPostgres {
  port: number;
  /** Connections that it has let in, and ended with the same packet. */
  letIn: () => number;
  close: () => Promise<void>;
}

/**
 * Lets in whoever connects, and ends the connection in the packet that says so, as PostgreSQL may be read whose connections are
 * terminated.
 *
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export const startDyingPostgres = async (): Promise<DyingPostgres> => {
  let letIn = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      letIn += 1;
      socket.end(Buffer.concat([authenticationOk, readyForQuery, terminated]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  return {
    port: address.port,
    letIn: () => letIn,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
