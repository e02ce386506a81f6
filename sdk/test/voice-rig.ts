import { FakeHandler, testFakeParameters } from 'mediasoup-client';
import type { HandlerFactory } from 'mediasoup-client/types';
import type { ClientOptions, MicrophoneSettings } from '../src/types.ts';
import { joined } from './fixtures.ts';
import { createScriptedServer, user, uuid } from './scripted-server.ts';
import { createSignedInClient } from './signed-in.ts';

/** As much of a microphone's track as the sdk and mediasoup-client touch. */
export class FakeTrack extends EventTarget {
  readonly kind = 'audio';
  readonly id = crypto.randomUUID();
  enabled = true;
  readyState: 'live' | 'ended' = 'live';
  stop(): void {
    this.readyState = 'ended';
  }
  unplug(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
}

/** As much of a MediaStream as the sdk touches. */
export class FakeStream {
  readonly tracks: MediaStreamTrack[] = [];
  addTrack(track: MediaStreamTrack): void {
    this.tracks.push(track);
  }
  removeTrack(track: MediaStreamTrack): void {
    this.tracks.splice(this.tracks.indexOf(track), 1);
  }
}

export const tracksOf = (output: { stream: MediaStream } | undefined): MediaStreamTrack[] =>
  (output?.stream as unknown as FakeStream | undefined)?.tracks ?? [];

export const seatId = (n: number): string => uuid(700 + n);

export const consumerOf = (n: number, userId: string) => {
  const { id, producerId, kind, rtpParameters } = testFakeParameters.generateConsumerRemoteParameters({
    id: `consumer-${n}`,
    codecMimeType: 'audio/opus',
  });
  return { id, producerId, userId, kind, rtpParameters };
};

/** By the contract, and yet of a codec that nobody has agreed on. */
export const unreceivableConsumerOf = (n: number, userId: string) => {
  const consumer = consumerOf(n, userId);
  const codecs = consumer.rtpParameters.codecs.map((codec) => ({ ...codec, payloadType: 77 }));
  return { ...consumer, rtpParameters: { ...consumer.rtpParameters, codecs } };
};

export const participant = (userId: string, userName: string) => ({
  userId,
  userName,
  muted: false,
  mutedByServer: false,
  deafened: false,
  state: 'connected' as const,
});

const transport = (id: string) => {
  const { iceParameters, iceCandidates, dtlsParameters } =
    testFakeParameters.generateTransportRemoteParameters();
  return { id, iceParameters, iceCandidates, dtlsParameters };
};

/** What voice.join answers; each answer is another seat, as on the server. */
export const voiceJoined = (n: number, fields: object = {}) => ({
  seatId: seatId(n),
  roomId: uuid(10),
  roomSlug: 'general',
  iceServers: [{ urls: ['turn:localhost:3478'], username: 'u', credential: 'c' }],
  sendTransport: transport(`send-${n}`),
  recvTransport: transport(`recv-${n}`),
  participants: [participant(user.id, user.name)],
  consumers: [],
  ...fields,
});

/** mediasoup-client without WebRTC, and every handler it made, to have its connection fail, or never come about. */
const createRecordingHandlers = (media: { connects: boolean }) => {
  const handlers: { direction: string; iceTransportPolicy: string | undefined; handler: FakeHandler }[] = [];
  const inner = FakeHandler.createFactory(testFakeParameters);
  const factory: HandlerFactory = {
    ...inner,
    factory: (options) => {
      const handler = inner.factory(options) as FakeHandler;
      const connect = handler.emit.bind(handler) as (name: string, ...rest: unknown[]) => boolean;
      handler.emit = ((name: string, ...rest: unknown[]) => {
        if (name !== '@connect') return connect(name, ...rest);
        const [parameters, done, fail] = rest as [unknown, () => void, (error: Error) => void];
        const isDone = () => {
          if (media.connects) handler.setConnectionState('connected');
          done();
        };
        return connect(name, parameters, isDone, fail);
      }) as typeof handler.emit;
      const { direction, iceTransportPolicy } = options;
      handlers.push({ direction, iceTransportPolicy, handler });
      return handler;
    },
  };
  return { handlers, factory };
};

/** A scripted server with voice, and a signed-in client with a microphone, neither of which makes a sound. */
export const createVoiceRig = async (options: Partial<ClientOptions['voice']> = {}) => {
  const server = await createScriptedServer();
  server.script.voice = { routerRtpCapabilities: testFakeParameters.generateRouterRtpCapabilities() };
  const media = { connects: true };
  const { handlers, factory } = createRecordingHandlers(media);
  const tracks: FakeTrack[] = [];
  const settings: MicrophoneSettings[] = [];
  let joins = 0;
  const joinAnswer = { fields: {} as object };
  server.handlers.set('voice.join', ({ roomSlug }) => {
    joins += 1;
    return { ack: voiceJoined(joins, { roomSlug, ...joinAnswer.fields }) };
  });
  server.handlers.set('voice.resume', ({ seatId: resumed }) => {
    const { roomId, roomSlug, participants, consumers } = voiceJoined(joins, joinAnswer.fields);
    return { ack: { seatId: resumed, roomId, roomSlug, participants, consumers } };
  });
  // A transport that has failed is gone at the server as well, unless a test says otherwise.
  server.handlers.set('voice.restartIce', () => ({
    nack: { code: 'NotFound', message: 'No such transport' },
  }));
  const empty = () => ({ ack: {} });
  for (const type of ['voice.leave', 'voice.connectTransport', 'voice.setMuted', 'voice.setDeafened']) {
    server.handlers.set(type, empty);
  }
  server.handlers.set('voice.produce', () => ({ ack: { producerId: `producer-${joins}` } }));
  server.handlers.set('room.join', ({ roomSlug }) => ({ ack: joined({ roomSlug, recovered: true }) }));
  server.handlers.set('room.leave', ({ roomSlug }) => ({ ack: { roomSlug } }));
  const client = await createSignedInClient(server, {
    voice: {
      handlerFactory: factory,
      getMicrophone: async (wanted) => {
        settings.push(wanted);
        const track = new FakeTrack();
        tracks.push(track);
        return track as unknown as MediaStreamTrack;
      },
      createMediaStream: () => new FakeStream() as unknown as MediaStream,
      ...options,
    },
  });
  return {
    server,
    client,
    handlers,
    media,
    tracks,
    settings,
    joinAnswer,
    typesSeen: () => server.requests.map(({ type }) => type).filter((type) => type.startsWith('voice.')),
    close: async () => {
      client.close();
      await server.close();
    },
  };
};

export type VoiceRig = Awaited<ReturnType<typeof createVoiceRig>>;
