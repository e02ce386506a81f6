import type { IceParameters, RtpParameters, VoiceJoined } from '@boltorezka/protocol';
import type { ConnectionState, Device, Transport, TransportOptions } from 'mediasoup-client/types';
import type { Connection, Log } from '../types.ts';
import type { DtlsCertificate } from './certificate.ts';
import { createNoRelayError } from './errors.ts';
import { createIceKeeper, type IceKeeper } from './ice-keeper.ts';
import { createIceServersKeeper, type IceServersKeeper } from './ice-servers.ts';

export interface TransportsDeps {
  connection: Pick<Connection, 'request'>;
  device: Device;
  /** What the server has made. */
  offer: Pick<VoiceJoined, 'sendTransport' | 'recvTransport' | 'iceServers'>;
  /** Tells the server of a microphone. @returns the producer's id. */
  produce: (rtpParameters: RtpParameters, transportId: string) => Promise<string>;
  /** The server knows its fingerprint already, and has connected both transports to it. */
  certificate: DtlsCertificate | null;
  iceTransportPolicy: RTCIceTransportPolicy;
  /** How long a transport may take from its first step to flowing media. */
  connectTimeoutMs: number;
  log: Log;
}

export interface TransportListeners {
  onConnected: () => void;
  /** Nothing gets through any more; the transport looks for another way. */
  onInterrupted: () => void;
  /** Only another transport may get through. */
  onFailed: () => void;
}

/** The two ways of a seat's media: ours out, that of the others in. */
export interface Transports {
  readonly send: Transport;
  readonly recv: Transport;
  /** Media flows, or there is nothing yet that could. */
  readonly isConnected: boolean;
  /** They are a seat's from here on: it hears how they fare, and keeps them alive. */
  adopt(listeners: TransportListeners): void;
  /** The way that is used may be gone. */
  handleNetworkChange(): void;
  /** The server can be asked again. */
  handleOnline(): void;
  /** As when nothing gets through, or everything again. */
  setReachable(isReachable: boolean): void;
  close(): void;
}

/** A transport without sound to carry has nothing to connect for, and is left out of account. */
type Progress = 'unused' | 'connecting' | 'connected' | 'lost';

/** Bytes, and answers to checks of the way, by all candidate pairs (W3C webrtc-stats). */
const countReceived = (stats: RTCStatsReport): number => {
  let received = 0;
  stats.forEach((report: RTCStats & { bytesReceived?: number; responsesReceived?: number }) => {
    if (report.type !== 'candidate-pair') return;
    received += (report.bytesReceived ?? 0) + (report.responsesReceived ?? 0);
  });
  return received;
};

const isRelay = (url: string): boolean => /^turns?:/i.test(url);

/** @throws VoiceError where only a relay may be used, and there is none: the browser would try for ever. */
export const createTransports = (deps: TransportsDeps): Transports => {
  const urls = deps.offer.iceServers.flatMap((server) => server.urls);
  if (deps.iceTransportPolicy === 'relay' && !urls.some(isRelay)) throw createNoRelayError();
  return new WatchedTransports(deps);
};

class WatchedTransports implements Transports {
  readonly #deps: TransportsDeps;
  readonly #progress = new Map<Transport, Progress>();
  readonly #keepers = new Map<Transport, IceKeeper>();
  readonly #iceServers: IceServersKeeper;
  #listeners: TransportListeners | null = null;
  readonly #deadlines = new Map<Transport, ReturnType<typeof setTimeout>>();
  #isReachable = true;
  #closed = false;

  readonly send: Transport;
  readonly recv: Transport;

  constructor(deps: TransportsDeps) {
    this.#deps = deps;
    const { device, iceTransportPolicy, offer, certificate } = deps;
    // The contract's shapes are mediasoup's with sizes capped.
    const iceServers = offer.iceServers as RTCIceServer[];
    const toOptions = (transport: VoiceJoined['sendTransport']) =>
      ({
        ...transport,
        iceServers,
        iceTransportPolicy,
        ...(certificate && { additionalSettings: { certificates: [certificate.certificate] } }),
      }) as TransportOptions;
    this.send = this.#watch(device.createSendTransport(toOptions(offer.sendTransport)), offer.sendTransport);
    this.recv = this.#watch(device.createRecvTransport(toOptions(offer.recvTransport)), offer.recvTransport);
    this.#iceServers = this.#createIceServersKeeper();
  }

  get isConnected(): boolean {
    const progress = [...this.#progress.values()];
    if (progress.includes('lost')) return false;
    return progress.includes('connected') || !progress.includes('connecting');
  }

  adopt(listeners: TransportListeners): void {
    this.#listeners = listeners;
    for (const [transport, progress] of this.#progress) {
      if (progress === 'connecting') this.#startDeadline(transport);
      if (progress === 'connected') this.#handleState(transport, 'connected');
      if (progress === 'lost') this.#handleState(transport, 'disconnected');
    }
  }

  handleNetworkChange(): void {
    for (const keeper of this.#keepers.values()) keeper.handleNetworkChange();
  }

  handleOnline(): void {
    for (const keeper of this.#keepers.values()) keeper.handleOnline();
  }

  setReachable(isReachable: boolean): void {
    if (this.#closed || isReachable === this.#isReachable) return;
    this.#isReachable = isReachable;
    for (const [transport, progress] of this.#progress)
      if (progress !== 'unused')
        this.#handleState(transport, isReachable ? transport.connectionState : 'disconnected');
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#iceServers.close();
    for (const deadline of this.#deadlines.values()) clearTimeout(deadline);
    for (const keeper of this.#keepers.values()) keeper.close();
    this.send.close();
    this.recv.close();
  }

  #watch(transport: Transport, { iceParameters }: VoiceJoined['sendTransport']): Transport {
    const { connection, certificate, produce } = this.#deps;
    const transportId = transport.id;
    this.#progress.set(transport, 'unused');
    transport.on('connect', ({ dtlsParameters }, done, fail) => {
      this.#begin(transport, iceParameters);
      if (certificate) return done();
      connection.request('voice.connectTransport', { transportId, dtlsParameters }).then(() => done(), fail);
    });
    transport.on('produce', ({ rtpParameters }, done, fail) => {
      // The contract's shape is mediasoup's with sizes capped.
      produce(rtpParameters as RtpParameters, transportId).then((id) => done({ id }), fail);
    });
    return transport;
  }

  #begin(transport: Transport, iceParameters: IceParameters): void {
    const { log } = this.#deps;
    const { direction } = transport;
    // A first step that failed is taken again with the next sound.
    if (this.#progress.get(transport) !== 'unused') return;
    this.#progress.set(transport, 'connecting');
    if (this.#listeners) this.#startDeadline(transport);
    this.#keepers.set(transport, this.#createKeeper(transport, iceParameters));
    transport.on('connectionstatechange', (state) => {
      if (this.#closed || !this.#isReachable) return;
      log({ level: 'debug', message: 'A transport changed its state', fields: { direction, state } });
      this.#handleState(transport, state);
    });
  }

  /** A browser that has no way to the server does not always say so. What nobody sits on may take its time. */
  #startDeadline(transport: Transport): void {
    const { connectTimeoutMs, log } = this.#deps;
    const deadline = setTimeout(() => {
      const fields = { direction: transport.direction };
      log({ level: 'warn', message: 'A transport did not connect in time', fields });
      this.#listeners?.onFailed();
    }, connectTimeoutMs);
    this.#deadlines.set(transport, deadline);
  }

  /** What nobody sits on yet is not kept alive: whoever joins with it finds out. */
  #handleState(transport: Transport, state: ConnectionState): void {
    const keeper = this.#keepers.get(transport);
    if (state === 'connected') {
      clearTimeout(this.#deadlines.get(transport));
      this.#progress.set(transport, 'connected');
      if (this.#listeners) keeper?.handleConnected();
      this.#listeners?.onConnected();
    } else if (state === 'disconnected' || state === 'failed') {
      this.#progress.set(transport, 'lost');
      if (this.#listeners) keeper?.handleLost();
      this.#listeners?.onInterrupted();
    }
  }

  #createIceServersKeeper(): IceServersKeeper {
    const { connection, offer, log } = this.#deps;
    return createIceServersKeeper({
      iceServers: offer.iceServers,
      request: () => connection.request('voice.getIceServers', {}),
      // The contract's shapes are mediasoup's with sizes capped.
      apply: async (iceServers) => {
        const options = { iceServers: iceServers as RTCIceServer[] };
        await Promise.all([this.send, this.recv].map((transport) => transport.updateIceServers(options)));
      },
      log,
    });
  }

  #createKeeper(transport: Transport, iceParameters: IceParameters): IceKeeper {
    const { connection, log } = this.#deps;
    return createIceKeeper({
      iceParameters,
      request: () => connection.request('voice.restartIce', { transportId: transport.id }),
      apply: (parameters) =>
        transport.restartIce({ iceParameters: parameters as TransportOptions['iceParameters'] }),
      onIceServers: (iceServers) => this.#iceServers.update(iceServers),
      readReceived: async () => (this.#isReachable ? countReceived(await transport.getStats()) : 0),
      onHopeless: () => this.#listeners?.onFailed(),
      log,
    });
  }
}
