import { randomUUID } from 'node:crypto';
import type {
  MediaEvent,
  MediaEventPayload,
  MediaEventType,
  MediaPort,
  PeerAppData,
} from '@boltorezka/protocol';
import { pino } from 'pino';
import { createMediaNode, type MediaNodeOptions } from '../src/index.ts';
import { findFreePorts } from './ports.ts';

/** A real node with real workers, on free ports. */
export const startNode = async (overrides: Partial<MediaNodeOptions> = {}): Promise<MediaPort> => {
  const workerCount = overrides.workerCount ?? 1;
  return createMediaNode({
    workerCount,
    firstPort: await findFreePorts(workerCount),
    announcedAddresses: [],
    workerBin: process.env.MEDIASOUP_WORKER_BIN,
    log: pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }),
    ...overrides,
  });
};

/** What a browser can receive. */
export const rtpCapabilities = {
  codecs: [
    {
      kind: 'audio' as const,
      mimeType: 'audio/opus',
      preferredPayloadType: 111,
      clockRate: 48_000,
      channels: 2,
      parameters: { useinbandfec: 1 },
    },
  ],
  headerExtensions: [],
};

/** Whose seat a peer is, as signaling tells it. */
export const createAppData = (overrides: Partial<PeerAppData> = {}): PeerAppData => ({
  ownerId: 'a-signaling-process',
  userId: randomUUID(),
  sessionId: randomUUID(),
  userName: 'Anna',
  roomSlug: 'general',
  isRoomPublic: true,
  seatedAtMs: 1,
  muted: false,
  mutedByServer: false,
  deafened: false,
  ...overrides,
});

/** What a browser sends; every stream has an SSRC of its own. */
export const microphone = () => ({
  mid: '0',
  codecs: [
    {
      mimeType: 'audio/opus',
      payloadType: 111,
      clockRate: 48_000,
      channels: 2,
      parameters: { useinbandfec: 1, usedtx: 1 },
    },
  ],
  headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4 }],
  encodings: [{ ssrc: 1 + Math.floor(Math.random() * 0xfffffffe) }],
  rtcp: { cname: randomUUID(), reducedSize: true },
});

/** SHA-256 of nothing in particular, in the form of RFC 8122. */
export const dtlsParameters = {
  role: 'client' as const,
  fingerprints: [{ algorithm: 'sha-256' as const, value: Array.from({ length: 32 }, () => 'AB').join(':') }],
};

/** Somebody of no name in a room. */
export const join = async (port: MediaPort, roomId: string, peerId: string = randomUUID()) => {
  const peer = { roomId, peerId };
  const appData = createAppData();
  const joined = await port.request('media.joinRoom', { ...peer, rtpCapabilities, appData, deafened: false });
  return { ...joined, ...peer };
};

/** Has them send a microphone. */
export const send = (port: MediaPort, { roomId, peerId, sendTransport }: Awaited<ReturnType<typeof join>>) =>
  port.request('media.produce', {
    ...{ roomId, peerId, transportId: sendTransport.id },
    ...{ kind: 'audio', rtpParameters: microphone(), paused: false },
  });

/** Collects a port's events, and waits for the one that a test needs. */
export const watchEvents = (port: MediaPort) => {
  const events: MediaEvent[] = [];
  const waiters = new Set<() => void>();
  port.subscribe((event) => {
    events.push(event);
    for (const waiter of [...waiters]) waiter();
  });
  const next = <T extends MediaEventType>(
    type: T,
    fits: (payload: MediaEventPayload<T>) => boolean = () => true,
  ): Promise<MediaEventPayload<T>> =>
    new Promise((resolve) => {
      const look = () => {
        const found = events.find(
          (event) => event.type === type && fits(event.payload as MediaEventPayload<T>),
        );
        if (!found) return;
        waiters.delete(look);
        resolve(found.payload as MediaEventPayload<T>);
      };
      waiters.add(look);
      look();
    });
  return { events, next };
};
