import type { AuthResult, ErrorCode, RequestInput, RequestResult, RequestType } from '@boltorezka/protocol';
import { microphone, rtpCapabilities } from './rtp.ts';
import { NackError, openSocket, type TestSocket } from './test-socket.ts';

/** Where restless people come and go. */
export interface Surroundings {
  url: string;
  roomSlugs: string[];
  /** The transport that each person was given last, the latest at the end. */
  transportIds: Map<string, string>;
  onRefused: (code: ErrorCode) => void;
}

export interface RestlessPersonOptions {
  surroundings: Surroundings;
  auth: AuthResult;
  /** From 0 up to 1. */
  random: () => number;
}

type Joined = RequestResult<'voice.join'>;

const fingerprintOf = (byte: string) => Array.from({ length: 32 }, () => byte).join(':');

const dtlsParameters = {
  role: 'client' as const,
  fingerprints: [{ algorithm: 'sha-256' as const, value: fingerprintOf('AB') }],
};

/** Somebody who takes seats and loses them in every way that there is; between two rounds nobody sits. */
export class RestlessPerson {
  readonly #surroundings: Surroundings;
  readonly #auth: AuthResult;
  readonly #random: () => number;
  readonly #sockets = new Set<TestSocket>();
  #socket: TestSocket | undefined;

  constructor({ surroundings, auth, random }: RestlessPersonOptions) {
    this.#surroundings = surroundings;
    this.#auth = auth;
    this.#random = random;
  }

  /** The socket that speaks for the person now. */
  get socket(): TestSocket {
    if (!this.#socket) throw new Error('this person has not arrived');
    return this.#socket;
  }

  /** Opens a socket, which speaks for the person from here on. */
  async arrive(): Promise<void> {
    this.#socket = await openSocket(this.#surroundings.url, this.#auth);
    this.#sockets.add(this.#socket);
  }

  /** As a network does it: without a word. */
  loseSocket(socket: TestSocket = this.socket): void {
    this.#sockets.delete(socket);
    socket.ws.terminate();
  }

  async closeSocket(socket: TestSocket = this.socket): Promise<void> {
    this.#sockets.delete(socket);
    await socket.close();
  }

  /** Closes every socket; may be called twice. */
  async close(): Promise<void> {
    await Promise.all([...this.#sockets].map((socket) => this.closeSocket(socket)));
    this.#socket = undefined;
  }

  /** True so often, of a hundred times. */
  isLucky(percent: number): boolean {
    return this.#random() * 100 < percent;
  }

  pickRoom(except?: string): string {
    const slugs = this.#surroundings.roomSlugs.filter((slug) => slug !== except);
    const slug = slugs[Math.floor(this.#random() * slugs.length)];
    if (slug === undefined) throw new Error('there is no room to pick');
    return slug;
  }

  async join(roomSlug: string = this.pickRoom()): Promise<Joined> {
    const wish = { roomSlug, rtpCapabilities, muted: this.isLucky(20) };
    const joined = await this.request('voice.join', this.isLucky(50) ? { ...wish, dtlsParameters } : wish);
    const { transportIds } = this.#surroundings;
    transportIds.delete(this.#auth.user.id);
    transportIds.set(this.#auth.user.id, joined.sendTransport.id);
    return joined;
  }

  /** Transports beforehand; none for who has prepared too often. */
  async prepare(roomSlug: string): Promise<string | undefined> {
    try {
      return (await this.request('voice.prepare', { roomSlug, dtlsParameters })).preparationId;
    } catch (error) {
      if (error instanceof NackError && error.payload.code === 'RateLimited') return undefined;
      throw error;
    }
  }

  joinPrepared(roomSlug: string, preparationId: string | undefined): Promise<Joined> {
    const produce = { kind: 'audio' as const, rtpParameters: microphone() };
    const wish = { roomSlug, rtpCapabilities, dtlsParameters, produce };
    return this.request('voice.join', preparationId === undefined ? wish : { ...wish, preparationId });
  }

  produce(transportId: string) {
    return this.request('voice.produce', { transportId, kind: 'audio', rtpParameters: microphone() });
  }

  /** A transport that somebody else was given. */
  foreignTransportId(): string {
    const others = [...this.#surroundings.transportIds].filter(([userId]) => userId !== this.#auth.user.id);
    return others.at(-1)?.[1] ?? crypto.randomUUID();
  }

  async request<T extends RequestType>(type: T, payload: RequestInput<T>): Promise<RequestResult<T>> {
    try {
      return await this.socket.request(type, payload);
    } catch (error) {
      if (error instanceof NackError) this.#surroundings.onRefused(error.payload.code);
      throw error;
    }
  }

  /** Asks for what must be refused. @throws NackError where it is refused for another reason. */
  async assertRefused(code: ErrorCode, type: RequestType, payload: object): Promise<void> {
    const refusal = await this.socket.refused(type, payload);
    this.#surroundings.onRefused(refusal.code);
    if (refusal.code !== code) throw new NackError(refusal);
  }

  /** After a round that was broken off: no seat, and one socket. */
  async startOver(): Promise<void> {
    await this.standUp();
    const others = [...this.#sockets].filter((socket) => socket !== this.socket);
    await Promise.all(others.map((socket) => this.closeSocket(socket)));
  }

  /** Gives up whatever seat there is. */
  async standUp(): Promise<void> {
    try {
      await this.socket.request('voice.leave', {});
    } catch (error) {
      if (!(error instanceof NackError) || error.payload.code !== 'NotInVoice') throw error;
    }
  }
}

/** Every way to come and go, and what is refused on the way. */
const rounds = {
  leaves: async (person) => {
    const { sendTransport } = await person.join();
    await person.produce(sendTransport.id);
    await person.request('voice.leave', {});
  },

  'prepares and joins': async (person) => {
    const roomSlug = person.pickRoom();
    const preparationId = await person.prepare(roomSlug);
    // What was prepared for another room is let go of.
    await person.joinPrepared(person.isLucky(70) ? roomSlug : person.pickRoom(roomSlug), preparationId);
    await person.request('voice.leave', {});
  },

  'prepares and thinks better of it': async (person) => {
    await person.prepare(person.pickRoom());
    if (person.isLucky(50)) person.loseSocket();
    else await person.closeSocket();
    await person.arrive();
  },

  'loses the socket and resumes': async (person) => {
    const { seatId, sendTransport } = await person.join();
    await person.produce(sendTransport.id);
    person.loseSocket();
    await person.arrive();
    await person.request('voice.resume', { seatId, muted: person.isLucky(50), deafened: false });
    if (person.isLucky(50)) await person.produce(sendTransport.id);
    await person.request('voice.leave', {});
  },

  'loses the socket and joins anew': async (person) => {
    const { sendTransport } = await person.join();
    if (person.isLucky(70)) await person.produce(sendTransport.id);
    person.loseSocket();
    await person.arrive();
    await person.join();
    await person.request('voice.leave', {});
  },

  'sits down elsewhere': async (person) => {
    const former = person.socket;
    const { seatId, roomSlug, sendTransport } = await person.join();
    await person.produce(sendTransport.id);
    await person.arrive();
    const moved = await person.join(person.pickRoom(roomSlug));
    await former.next('voice.closed', (closed) => closed.seatId === seatId && closed.reason === 'moved');
    await person.produce(moved.sendTransport.id);
    await person.closeSocket(former);
    await person.request('voice.leave', {});
  },

  'closes the socket': async (person) => {
    const { sendTransport } = await person.join();
    await person.produce(sendTransport.id);
    await person.closeSocket();
    await person.arrive();
    // Nothing waits for who has left on purpose.
    await person.assertRefused('NotInVoice', 'voice.leave', {});
  },

  'closes the socket while joining': async (person) => {
    const payload = { roomSlug: person.pickRoom(), rtpCapabilities };
    person.socket.send({ type: 'voice.join', requestId: 'unanswered', payload });
    if (person.isLucky(30)) person.loseSocket();
    else await person.closeSocket();
    await person.arrive();
  },

  'joins with bad parameters': async (person) => {
    const roomSlug = person.pickRoom();
    const bad = person.isLucky(50)
      ? { rtpCapabilities: { codecs: [{ kind: 'audio', mimeType: 'audio/opus', clockRate: 0 }] } }
      : { rtpCapabilities, dtlsParameters: { fingerprints: [{ algorithm: 'sha-256', value: 'AB:CD' }] } };
    await person.assertRefused('ValidationError', 'voice.join', { roomSlug, ...bad });
  },

  'joins a room that is not there': async (person) => {
    const payload = { roomSlug: 'no-such-room', rtpCapabilities };
    await person.assertRefused('RoomNotFound', 'voice.join', payload);
  },

  'asks for another’s transport': async (person) => {
    await person.join();
    const transportId = person.foreignTransportId();
    await person.assertRefused('NotFound', 'voice.connectTransport', { transportId, dtlsParameters });
    const sound = { kind: 'audio', rtpParameters: microphone() };
    await person.assertRefused('NotFound', 'voice.produce', { transportId, ...sound });
    await person.request('voice.leave', {});
  },

  'sends what nobody can receive': async (person) => {
    const { sendTransport } = await person.join();
    if (person.isLucky(50)) await person.produce(sendTransport.id);
    const codecs = [{ mimeType: 'audio/PCMU', payloadType: 0, clockRate: 8_000 }];
    // The first is refused by mediasoup in the server, the second by its worker.
    const rtpParameters = person.isLucky(50)
      ? { ...microphone(), codecs }
      : { ...microphone(), encodings: [{}] };
    const sound = { transportId: sendTransport.id, kind: 'audio', rtpParameters };
    await person.assertRefused('ValidationError', 'voice.produce', sound);
    await person.request('voice.leave', {});
  },
} satisfies Record<string, (person: RestlessPerson) => Promise<void>>;

export type RoundKind = keyof typeof rounds;

/** How many of each kind there are in fifty rounds. */
export const mix: Record<RoundKind, number> = {
  leaves: 8,
  'prepares and joins': 2,
  'prepares and thinks better of it': 1,
  'loses the socket and resumes': 7,
  'loses the socket and joins anew': 7,
  'sits down elsewhere': 7,
  'closes the socket': 3,
  'closes the socket while joining': 5,
  'joins with bad parameters': 3,
  'joins a room that is not there': 2,
  'asks for another’s transport': 2,
  'sends what nobody can receive': 3,
};

export const playRound = (person: RestlessPerson, kind: RoundKind): Promise<void> => rounds[kind](person);
