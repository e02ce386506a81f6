import { createSocket } from 'node:dgram';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export type TurnProtocol = 'udp' | 'tcp' | 'tls';

export interface TurnServerAddress {
  protocol: TurnProtocol;
  host: string;
  port: number;
}

/** Whole packets to and from a relay: STUN messages and channel data. */
export interface TurnTransport {
  /** Packets are lost on the way: who sends must be ready to repeat. */
  readonly isLossy: boolean;
  send(packet: Buffer): void;
  close(): void;
}

export interface TransportOptions {
  server: TurnServerAddress;
  connectTimeoutMs: number;
  onPacket: (packet: Buffer) => void;
  /** The other side ended it, or the network did. */
  onLost: (error: Error) => void;
}

const stunHeaderLength = 20;
const channelHeaderLength = 4;

/** The length of the packet that the bytes begin with, as a stream carries it; undefined: not enough to tell. */
const packetLength = (bytes: Buffer): { whole: number; padded: number } | undefined => {
  if (bytes.length < channelHeaderLength) return undefined;
  const isChannelData = (bytes[0] ?? 0) >= 0x40;
  const whole = bytes.readUInt16BE(2) + (isChannelData ? channelHeaderLength : stunHeaderLength);
  return { whole, padded: Math.ceil(whole / 4) * 4 };
};

/** Cuts a stream into packets. */
export const createPacketReader = (onPacket: (packet: Buffer) => void): ((chunk: Buffer) => void) => {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (
      let length = packetLength(rest);
      length && rest.length >= length.padded;
      length = packetLength(rest)
    ) {
      onPacket(rest.subarray(0, length.whole));
      rest = rest.subarray(length.padded);
    }
  };
};

const openUdp = async ({ server, onPacket, onLost }: TransportOptions): Promise<TurnTransport> => {
  const socket = createSocket(isIP(server.host) === 6 ? 'udp6' : 'udp4');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.on('message', onPacket);
  socket.on('error', (error) => {
    reject(error);
    onLost(error);
  });
  // Connected, so that nobody else's packets are taken for the relay's, and a closed port is an error and not silence.
  socket.connect(server.port, server.host, resolve);
  let isClosed = false;
  const close = () => {
    if (!isClosed) socket.close();
    isClosed = true;
  };
  try {
    await promise;
  } catch (error) {
    close();
    throw error;
  }
  return { isLossy: true, send: (packet) => socket.send(packet), close };
};

const openStream = async (options: TransportOptions): Promise<TurnTransport> => {
  const { server, connectTimeoutMs, onPacket, onLost } = options;
  const { host, port } = server;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket: Socket =
    server.protocol === 'tls'
      ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }) }, resolve)
      : connectTcp({ host, port }, resolve);
  const timer = setTimeout(() => reject(new Error('no answer to the connection')), connectTimeoutMs);
  socket.on('data', createPacketReader(onPacket));
  socket.on('error', (error) => {
    reject(error);
    onLost(error);
  });
  socket.on('close', () => onLost(new Error('the relay closed the connection')));
  try {
    await promise;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return { isLossy: false, send: (packet) => socket.write(packet), close: () => socket.destroy() };
};

/** Opens the way to a relay. */
export const openTransport = (options: TransportOptions): Promise<TurnTransport> =>
  options.server.protocol === 'udp' ? openUdp(options) : openStream(options);
