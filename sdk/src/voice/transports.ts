import type { VoiceJoined } from '@boltorezka/protocol';
import type { Device, Transport, TransportOptions } from 'mediasoup-client/types';
import type { Connection, Log } from '../types.ts';
import type { DtlsCertificate } from './certificate.ts';
import { createNoRelayError } from './errors.ts';

export interface TransportsDeps {
  connection: Pick<Connection, 'request'>;
  device: Device;
  joined: VoiceJoined;
  /** The server knows its fingerprint already, and has connected both transports to it. */
  certificate: DtlsCertificate | null;
  iceTransportPolicy: RTCIceTransportPolicy;
  /** How long a transport may take from its first step to flowing media. */
  connectTimeoutMs: number;
  onConnected: () => void;
  onFailed: () => void;
  log: Log;
}

/** The two ways of a seat's media: ours out, that of the others in. */
export interface Transports {
  readonly send: Transport;
  readonly recv: Transport;
  /** Media flows, or there is nothing yet that could. */
  readonly isConnected: boolean;
  close(): void;
}

/** A transport without sound to carry has nothing to connect for, and is left out of account. */
type Progress = 'unused' | 'connecting' | 'connected';

const isRelay = (url: string): boolean => /^turns?:/i.test(url);

/** @throws VoiceError where only a relay may be used, and there is none: the browser would try for ever. */
export const createTransports = (deps: TransportsDeps): Transports => {
  const urls = deps.joined.iceServers.flatMap((server) => server.urls);
  if (deps.iceTransportPolicy === 'relay' && !urls.some(isRelay)) throw createNoRelayError();
  return new WatchedTransports(deps);
};

class WatchedTransports implements Transports {
  readonly #deps: TransportsDeps;
  readonly #progress = new Map<Transport, Progress>();
  readonly #deadlines = new Set<ReturnType<typeof setTimeout>>();
  #closed = false;

  readonly send: Transport;
  readonly recv: Transport;

  constructor(deps: TransportsDeps) {
    this.#deps = deps;
    const { device, iceTransportPolicy, joined, certificate } = deps;
    // The contract's shapes are mediasoup's with sizes capped.
    const iceServers = joined.iceServers as RTCIceServer[];
    const toOptions = (transport: VoiceJoined['sendTransport']) =>
      ({
        ...transport,
        iceServers,
        iceTransportPolicy,
        ...(certificate && { additionalSettings: { certificates: [certificate.certificate] } }),
      }) as TransportOptions;
    this.send = this.#watch(device.createSendTransport(toOptions(joined.sendTransport)));
    this.recv = this.#watch(device.createRecvTransport(toOptions(joined.recvTransport)));
  }

  get isConnected(): boolean {
    const progress = [...this.#progress.values()];
    return progress.includes('connected') || !progress.includes('connecting');
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const deadline of this.#deadlines) clearTimeout(deadline);
    this.send.close();
    this.recv.close();
  }

  #watch(transport: Transport): Transport {
    const { connection, certificate } = this.#deps;
    const transportId = transport.id;
    this.#progress.set(transport, 'unused');
    transport.on('connect', ({ dtlsParameters }, done, fail) => {
      this.#begin(transport);
      if (certificate) return done();
      connection.request('voice.connectTransport', { transportId, dtlsParameters }).then(() => done(), fail);
    });
    transport.on('produce', ({ rtpParameters }, done, fail) => {
      connection
        .request('voice.produce', { transportId, kind: 'audio', rtpParameters })
        .then(({ producerId }) => done({ id: producerId }), fail);
    });
    return transport;
  }

  #begin(transport: Transport): void {
    const { connectTimeoutMs, onConnected, onFailed, log } = this.#deps;
    const { direction } = transport;
    // A first step that failed is taken again with the next sound.
    if (this.#progress.get(transport) !== 'unused') return;
    this.#progress.set(transport, 'connecting');
    // A browser that has no way to the server does not always say so.
    const deadline = setTimeout(() => {
      log({ level: 'warn', message: 'A transport did not connect in time', fields: { direction } });
      onFailed();
    }, connectTimeoutMs);
    this.#deadlines.add(deadline);
    transport.on('connectionstatechange', (state) => {
      if (this.#closed) return;
      log({ level: 'debug', message: 'A transport changed its state', fields: { direction, state } });
      if (state !== 'connected' && state !== 'failed') return;
      clearTimeout(deadline);
      this.#progress.set(transport, state === 'connected' ? 'connected' : 'connecting');
      if (state === 'connected') onConnected();
      else onFailed();
    });
  }
}
