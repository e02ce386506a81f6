// A process of its own: one mediasoup worker, and rooms of plain transports in which everybody hears everybody. It is told
// what to open over the IPC channel of `fork`, and ends with that channel.
import { randomBytes } from 'node:crypto';
import { createWorker } from 'mediasoup';
import type { PlainTransport, Producer, Router, Worker } from 'mediasoup/types';
import { mediaCodecs } from '../src/codecs.ts';
import type { Entrance, ForwarderAnswer, ForwarderRequest, GcmSuite, OpenRoom } from './messages.ts';

const host = '127.0.0.1';
const payloadType = 111;

/** Master key and salt, as RFC 7714 has them. */
const keyBytes: Record<GcmSuite, number> = { AEAD_AES_256_GCM: 44, AEAD_AES_128_GCM: 28 };

const answer = (message: ForwarderAnswer): void => {
  process.send?.(message);
};

const createTransport = (
  router: Router,
  cryptoSuite: GcmSuite | null,
  comedia: boolean,
): Promise<PlainTransport> =>
  router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: host },
    comedia,
    ...(cryptoSuite ? { enableSrtp: true, srtpCryptoSuite: cryptoSuite } : {}),
  });

const makeSrtp = (cryptoSuite: GcmSuite | null) =>
  cryptoSuite && { cryptoSuite, keyBase64: randomBytes(keyBytes[cryptoSuite]).toString('base64') };

const openEntrance = async (router: Router, cryptoSuite: GcmSuite | null, ssrc: number) => {
  const transport = await createTransport(router, cryptoSuite, true);
  const srtpParameters = makeSrtp(cryptoSuite);
  if (srtpParameters) await transport.connect({ srtpParameters });
  const codec = { mimeType: 'audio/opus', payloadType, clockRate: 48_000, channels: 2 };
  const producer = await transport.produce({
    kind: 'audio',
    rtpParameters: { codecs: [codec], encodings: [{ ssrc }] },
  });
  const { localPort: port } = transport.tuple;
  const entrance: Entrance = { port, ssrc, payloadType, keyBase64: srtpParameters?.keyBase64 ?? null };
  return { producer, entrance };
};

interface Receiver {
  port: number;
  cryptoSuite: GcmSuite | null;
  /** Whom they hear. */
  producers: Producer[];
}

const openReceiver = async (router: Router, { port, cryptoSuite, producers }: Receiver): Promise<void> => {
  const transport = await createTransport(router, cryptoSuite, false);
  const srtpParameters = makeSrtp(cryptoSuite);
  await transport.connect({ ip: host, port, ...(srtpParameters ? { srtpParameters } : {}) });
  const { rtpCapabilities } = router;
  for (const { id: producerId } of producers) await transport.consume({ producerId, rtpCapabilities });
};

const openRoom = async (
  worker: Worker,
  { cryptoSuite, receivePorts }: OpenRoom,
): Promise<ForwarderAnswer> => {
  const router = await worker.createRouter({ mediaCodecs });
  const opened = await Promise.all(
    receivePorts.map((_, index) => openEntrance(router, cryptoSuite, index + 1)),
  );
  for (const [index, port] of receivePorts.entries()) {
    const producers = opened.filter((_, other) => other !== index).map(({ producer }) => producer);
    await openReceiver(router, { port, cryptoSuite, producers });
  }
  return { type: 'opened', entrances: opened.map(({ entrance }) => entrance) };
};

const closeRooms = (routers: Set<Router>): ForwarderAnswer => {
  for (const router of routers) router.close();
  routers.clear();
  return { type: 'closed' };
};

const worker = await createWorker({ logLevel: 'error' });
const routers = new Set<Router>();
worker.observer.on('newrouter', (router) => routers.add(router));

const handleRequest = async (request: ForwarderRequest): Promise<void> => {
  answer(request.type === 'open' ? await openRoom(worker, request) : closeRooms(routers));
};

process.on('message', (request: ForwarderRequest) => {
  handleRequest(request).catch((error: unknown) => {
    // The other side sees the channel close, and the reason among the messages of this process.
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
    worker.close();
    process.disconnect();
  });
});
process.on('disconnect', () => worker.close());
answer({ type: 'ready', workerPid: worker.pid });
