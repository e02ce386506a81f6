import { limits, type RtpParameters, type VoicePrepared } from '@boltorezka/protocol';
import type { ConsumerOptions, Device, Producer } from 'mediasoup-client/types';
import { describeFailure } from '../failures.ts';
import type { Connection, Log } from '../types.ts';
import type { CertificateSource } from './certificate.ts';
import type { DeviceLoader } from './device.ts';
import { codecOptions } from './microphone-codec.ts';
import type { SilentTrack } from './silent-track.ts';
import { createTransports, type Transports } from './transports.ts';

/** A call that waits for the click: both its transports connect already, and its microphone is described. */
export interface Prepared {
  readonly preparationId: string;
  readonly transports: Transports;
  readonly rtpParameters: RtpParameters;
  /** The server receives the microphone from here on, under that id. Its track is silence still. */
  begin(producerId: string): Promise<Producer>;
  /** The others are heard: what has opened the way to them is not needed any more. */
  settle(): void;
  close(): void;
}

export interface PreparationsDeps {
  connection: Pick<Connection, 'request'>;
  device: DeviceLoader;
  certificate: CertificateSource;
  /** Null where there is none: nothing can be prepared then. */
  createSilentTrack: () => SilentTrack | null;
  getIceTransportPolicy: () => RTCIceTransportPolicy;
  connectTimeoutMs: number;
  log: Log;
}

/** At most one call is prepared, and for less than the minute that the server keeps it. */
export interface Preparations {
  /** Never rejects: whoever joins without does so a little later. */
  prepare(roomSlug: string, signal: AbortSignal): Promise<void>;
  /** What is prepared for that room, also where it is about to be; then it is the caller's. */
  take(roomSlug: string): Promise<Prepared | null>;
  drop(): void;
}

const lifeMs = limits.preparationMs - 5_000;

/** A stream that never comes: receiving it opens the way for those that do. */
const toWarmUp = (device: Device): ConsumerOptions | null => {
  const opus = device.recvRtpCapabilities.codecs?.find(({ mimeType }) => /^audio\/opus$/i.test(mimeType));
  if (opus?.preferredPayloadType === undefined) return null;
  const { mimeType, preferredPayloadType: payloadType, clockRate, channels = 2 } = opus;
  const codec = { mimeType, payloadType, clockRate, channels, parameters: {}, rtcpFeedback: [] };
  const rtpParameters = {
    ...{ mid: 'warm-up', codecs: [codec], headerExtensions: [] },
    ...{ encodings: [{ ssrc: 1 }], rtcp: { cname: 'warm-up' } },
  };
  return { id: 'warm-up', producerId: 'warm-up', kind: 'audio', rtpParameters };
};

const build = async (offer: VoicePrepared, device: Device, deps: BuildDeps): Promise<Prepared> => {
  const { silent } = deps;
  const described = Promise.withResolvers<RtpParameters>();
  const begun = Promise.withResolvers<string>();
  const transports = createTransports({
    ...deps,
    ...{ device, offer },
    produce: (rtpParameters) => {
      described.resolve(rtpParameters);
      return begun.promise;
    },
  });
  const close = () => {
    transports.close();
    silent.release();
  };
  try {
    const options = { track: silent.track, codecOptions, stopTracks: false, disableTrackOnPause: false };
    const producing = transports.send.produce(options);
    producing.catch(described.reject);
    const warmUp = toWarmUp(device);
    const [rtpParameters, consumer] = await Promise.all([
      described.promise,
      warmUp && transports.recv.consume(warmUp),
    ]);
    return {
      ...{ preparationId: offer.preparationId, transports, rtpParameters, close },
      begin: (producerId) => {
        begun.resolve(producerId);
        return producing;
      },
      settle: () => {
        consumer?.close();
        silent.release();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
};

interface BuildDeps extends Omit<Parameters<typeof createTransports>[0], 'device' | 'offer' | 'produce'> {
  silent: SilentTrack;
}

export const createPreparations = (deps: PreparationsDeps): Preparations => new OnePreparation(deps);

class OnePreparation implements Preparations {
  readonly #deps: PreparationsDeps;
  #current: { roomSlug: string; prepared: Promise<Prepared | null> } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: PreparationsDeps) {
    this.#deps = deps;
  }

  async prepare(roomSlug: string, signal: AbortSignal): Promise<void> {
    if (this.#current?.roomSlug !== roomSlug) {
      this.drop();
      const prepared = this.#make(roomSlug, signal).catch((error: unknown) => {
        const fields = describeFailure(error);
        this.#deps.log({ level: 'debug', message: 'Nothing was prepared', fields });
        return null;
      });
      const current = { roomSlug, prepared };
      this.#current = current;
      this.#timer = setTimeout(() => this.drop(), lifeMs);
      if ((await prepared) === null && this.#current === current) this.drop();
    }
    await this.#current?.prepared;
  }

  async take(roomSlug: string): Promise<Prepared | null> {
    if (this.#current?.roomSlug !== roomSlug) {
      this.drop();
      return null;
    }
    const { prepared } = this.#current;
    clearTimeout(this.#timer);
    this.#current = null;
    return prepared;
  }

  drop(): void {
    clearTimeout(this.#timer);
    const dropped = this.#current;
    this.#current = null;
    void dropped?.prepared.then((prepared) => prepared?.close());
  }

  async #make(roomSlug: string, signal: AbortSignal): Promise<Prepared | null> {
    const { connection, createSilentTrack, getIceTransportPolicy, ...deps } = this.#deps;
    const [device, certificate] = await Promise.all([deps.device.load(signal), deps.certificate()]);
    const silent = certificate && createSilentTrack();
    if (!silent) return null;
    try {
      const { dtlsParameters } = certificate;
      const offer = await connection.request('voice.prepare', { roomSlug, dtlsParameters });
      const iceTransportPolicy = getIceTransportPolicy();
      return await build(offer, device, { ...deps, connection, certificate, iceTransportPolicy, silent });
    } catch (error) {
      silent.release();
      throw error;
    }
  }
}
