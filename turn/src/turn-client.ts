import { randomBytes } from 'node:crypto';
import type { TurnCredentials } from './credentials.ts';
import { decodeXorAddress, type Endpoint, encodeXorAddress } from './stun-address.ts';
import {
  attributes,
  decodeMessage,
  encodeMessage,
  type IncomingMessage,
  isSignedWith,
  longTermKey,
  methods,
  readErrorCode,
  type StunAttribute,
  type StunMethod,
} from './stun-message.ts';
import { openTransport, type TurnServerAddress, type TurnTransport } from './turn-transport.ts';

/** The relay said no; `code` is the protocol's: 401 unauthorized, 403 forbidden peer, 486 quota. */
export class TurnRefusal extends Error {
  override name = 'TurnRefusal';
  readonly code: number;

  constructor(code: number, reason: string) {
    super(`${code} ${reason}`);
    this.code = code;
  }
}

export interface TurnAllocation {
  /** Where peers send to, and what they see packets coming from. */
  relayed: Endpoint;
  /** The client as the relay sees it. */
  mapped: Endpoint | undefined;
  lifetimeS: number;
  /** What the relay says it is; a careful one says nothing. */
  software: string | undefined;
}

export interface TurnClientOptions {
  server: TurnServerAddress;
  credentials?: TurnCredentials | undefined;
  timeoutMs?: number;
  /** Data from a peer: by a channel, or in an indication. */
  onData?: (data: Buffer, from: Endpoint | { channel: number }) => void;
}

export interface TurnClient {
  /** @throws TurnRefusal */
  allocate(family?: 4 | 6): Promise<TurnAllocation>;
  /** @throws TurnRefusal 403 where the peer is denied. */
  createPermission(peer: Endpoint): Promise<void>;
  /** @throws TurnRefusal 403 where the peer is denied. */
  bindChannel(channel: number, peer: Endpoint): Promise<void>;
  /** Sends to a peer that has a permission. */
  sendTo(peer: Endpoint, data: Buffer): void;
  sendByChannel(channel: number, data: Buffer): void;
  /** Where the relay sees the client: STUN, which needs no credentials. */
  bind(): Promise<Endpoint>;
  /** Gives the allocation back, so that its port and quota are free at once. */
  release(): Promise<void>;
  close(): void;
}

interface Challenge {
  realm: Buffer;
  nonce: Buffer;
}

interface Pending {
  resolve: (answer: IncomingMessage) => void;
  reject: (error: Error) => void;
  /** Answers to signed requests must be signed too; errors may come before the relay knows the key. */
  key: Buffer | undefined;
}

type Fields = [StunAttribute, Buffer][];

const firstResendMs = 250;
const udpTransport = Buffer.from([17, 0, 0, 0]);
const familyCodes = { 4: Buffer.from([1, 0, 0, 0]), 6: Buffer.from([2, 0, 0, 0]) };
const codesOfChallenge = new Set([401, 438]);

/** One client of a relay, as small as a check of it allows: no timers that keep the allocation alive. */
class Client implements TurnClient {
  readonly #options: TurnClientOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #timeoutMs: number;
  #transport: TurnTransport | undefined;
  #challenge: Challenge | undefined;
  #lost: Error | undefined;

  constructor(options: TurnClientOptions) {
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? 5_000;
  }

  async open(): Promise<void> {
    this.#transport = await openTransport({
      server: this.#options.server,
      connectTimeoutMs: this.#timeoutMs,
      onPacket: (packet) => this.#handlePacket(packet),
      onLost: (error) => this.#fail(error),
    });
  }

  async allocate(family: 4 | 6 = 4): Promise<TurnAllocation> {
    const wish: Fields = family === 6 ? [['requestedAddressFamily', familyCodes[6]]] : [];
    const answer = await this.#ask('allocate', () => [['requestedTransport', udpTransport], ...wish]);
    const relayed = addressIn(answer, attributes.xorRelayedAddress);
    if (!relayed) throw new Error('the relay allocated, and did not say what');
    return {
      relayed,
      mapped: addressIn(answer, attributes.xorMappedAddress),
      lifetimeS: answer.attributes.get(attributes.lifetime)?.readUInt32BE(0) ?? 0,
      software: answer.attributes.get(attributes.software)?.toString('utf8'),
    };
  }

  async createPermission(peer: Endpoint): Promise<void> {
    await this.#ask('createPermission', (id) => [['xorPeerAddress', encodeXorAddress(peer, id)]]);
  }

  async bindChannel(channel: number, peer: Endpoint): Promise<void> {
    const number = Buffer.alloc(4);
    number.writeUInt16BE(channel, 0);
    await this.#ask('channelBind', (id) => [
      ['channelNumber', number],
      ['xorPeerAddress', encodeXorAddress(peer, id)],
    ]);
  }

  sendTo(peer: Endpoint, data: Buffer): void {
    const transactionId = randomBytes(12);
    const fields: Fields = [
      ['xorPeerAddress', encodeXorAddress(peer, transactionId)],
      ['data', data],
    ];
    this.#write(encodeMessage({ method: 'send', class: 'indication', transactionId, attributes: fields }));
  }

  sendByChannel(channel: number, data: Buffer): void {
    const packet = Buffer.alloc(4 + Math.ceil(data.length / 4) * 4);
    packet.writeUInt16BE(channel, 0);
    packet.writeUInt16BE(data.length, 2);
    data.copy(packet, 4);
    this.#write(packet);
  }

  async bind(): Promise<Endpoint> {
    const mapped = addressIn(await this.#request('binding', () => []), attributes.xorMappedAddress);
    if (!mapped) throw new Error('the relay answered, and did not say from where it was asked');
    return mapped;
  }

  async release(): Promise<void> {
    await this.#ask('refresh', () => [['lifetime', Buffer.alloc(4)]]);
  }

  close(): void {
    this.#fail(new Error('closed'));
    this.#transport?.close();
  }

  /** A request that is signed once the relay has said for which realm, and again where its nonce is stale. */
  async #ask(method: StunMethod, fields: (transactionId: Buffer) => Fields): Promise<IncomingMessage> {
    const hadChallenge = this.#challenge !== undefined;
    try {
      return await this.#request(method, fields);
    } catch (error) {
      const isChallenge = error instanceof TurnRefusal && codesOfChallenge.has(error.code);
      const isWorthAnother = !hadChallenge || (error instanceof TurnRefusal && error.code === 438);
      if (!isChallenge || !isWorthAnother || !this.#options.credentials || !this.#challenge) throw error;
      return this.#request(method, fields);
    }
  }

  async #request(method: StunMethod, fields: (transactionId: Buffer) => Fields): Promise<IncomingMessage> {
    const transactionId = randomBytes(12);
    const signature = method === 'binding' ? undefined : this.#sign();
    const packet = encodeMessage({
      method,
      class: 'request',
      transactionId,
      attributes: [...fields(transactionId), ...(signature?.fields ?? [])],
      integrityKey: signature?.key,
    });
    const answer = await this.#exchange(packet, signature?.key);
    if (answer.class === 'success') return answer;
    this.#learnChallenge(answer);
    const { code, reason } = readErrorCode(answer);
    throw new TurnRefusal(code, reason);
  }

  #sign(): { fields: Fields; key: Buffer } | undefined {
    const { credentials } = this.#options;
    if (!credentials || !this.#challenge) return undefined;
    const { realm, nonce } = this.#challenge;
    return {
      fields: [
        ['username', Buffer.from(credentials.username)],
        ['realm', realm],
        ['nonce', nonce],
      ],
      key: longTermKey(credentials.username, realm.toString('utf8'), credentials.credential),
    };
  }

  #learnChallenge(answer: IncomingMessage): void {
    const realm = answer.attributes.get(attributes.realm);
    const nonce = answer.attributes.get(attributes.nonce);
    if (realm && nonce) this.#challenge = { realm, nonce };
  }

  async #exchange(packet: Buffer, key: Buffer | undefined): Promise<IncomingMessage> {
    const id = packet.toString('hex', 8, 20);
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    this.#pending.set(id, { resolve, reject, key });
    const deadline = setTimeout(
      () => reject(new Error(`no answer within ${this.#timeoutMs} ms`)),
      this.#timeoutMs,
    );
    const stopResending = this.#resend(packet);
    try {
      this.#write(packet);
      return await promise;
    } finally {
      clearTimeout(deadline);
      stopResending();
      this.#pending.delete(id);
    }
  }

  /** Where packets are lost, again after 250 ms, 500 ms, a second and so on. */
  #resend(packet: Buffer): () => void {
    if (!this.#transport?.isLossy) return () => {};
    let delayMs = firstResendMs;
    const again = () => {
      this.#write(packet);
      delayMs *= 2;
      timer = setTimeout(again, delayMs);
    };
    let timer = setTimeout(again, delayMs);
    return () => clearTimeout(timer);
  }

  #write(packet: Buffer): void {
    if (this.#lost) throw this.#lost;
    this.#transport?.send(packet);
  }

  #handlePacket(packet: Buffer): void {
    if ((packet[0] ?? 0) >= 0x40) return this.#handleChannelData(packet);
    const message = decodeMessage(packet);
    if (!message) return;
    if (message.class === 'indication') return this.#handleIndication(message);
    const pending = this.#pending.get(message.transactionId.toString('hex'));
    // A success that is not signed is not the relay's.
    if (!pending || (message.class === 'success' && pending.key && !isSignedWith(packet, pending.key)))
      return;
    pending.resolve(message);
  }

  #handleChannelData(packet: Buffer): void {
    if (packet.length < 4) return;
    const data = packet.subarray(4, 4 + packet.readUInt16BE(2));
    this.#options.onData?.(data, { channel: packet.readUInt16BE(0) });
  }

  #handleIndication(message: IncomingMessage): void {
    const from = addressIn(message, attributes.xorPeerAddress);
    const data = message.attributes.get(attributes.data);
    if (message.method === methods.data && from && data) this.#options.onData?.(data, from);
  }

  #fail(error: Error): void {
    this.#lost ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#lost);
  }
}

const addressIn = (message: IncomingMessage, attribute: number): Endpoint | undefined => {
  const value = message.attributes.get(attribute);
  return value && decodeXorAddress(value, message.transactionId);
};

/** Opens the way to a relay; nothing is asked of it yet. */
export const createTurnClient = async (options: TurnClientOptions): Promise<TurnClient> => {
  const client = new Client(options);
  await client.open();
  return client;
};
