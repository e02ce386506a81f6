import type { RtpCapabilities, ServerCapabilities } from '@boltorezka/protocol';
import type {
  Device,
  HandlerFactory,
  RtpCapabilities as MediasoupRtpCapabilities,
} from 'mediasoup-client/types';
import { waitUntil } from '../store.ts';
import type { Store } from '../types.ts';
import { VoiceError } from './errors.ts';

export interface DeviceLoader {
  /** Waits for the server to say what it can do. Rejects with a VoiceError. */
  load(signal: AbortSignal): Promise<Device>;
}

const capabilitiesTimeoutMs = 10_000;

const createDevice = async (
  routerRtpCapabilities: RtpCapabilities,
  handlerFactory: HandlerFactory | undefined,
): Promise<Device> => {
  // Fetched at the first join: most visits read and write, and need not wait for it.
  const { Device } = await import('mediasoup-client');
  try {
    const device = await Device.factory(handlerFactory ? { handlerFactory } : {});
    // The contract's shape is mediasoup's with sizes capped.
    await device.load({ routerRtpCapabilities: routerRtpCapabilities as MediasoupRtpCapabilities });
    if (!device.canProduce('audio')) throw new Error('The device cannot send audio');
    return device;
  } catch (cause) {
    throw new VoiceError('ConnectionFailed', {
      cause,
      message: 'This browser cannot take part in voice. Use a current Chrome, Edge, Firefox or Safari.',
    });
  }
};

/** The device, kept for as long as the router's capabilities stay the same. */
export const createDeviceLoader = (
  handlerFactory: HandlerFactory | undefined,
  capabilities: Store<ServerCapabilities | null>,
): DeviceLoader => {
  let loaded: { key: string; device: Device } | null = null;
  return {
    load: async (signal) => {
      const limit = { timeoutMs: capabilitiesTimeoutMs, signal };
      const isKnown = await waitUntil(capabilities, (known) => known !== null, limit);
      if (!isKnown) throw new VoiceError('ConnectionFailed', { retryable: true });
      const voice = capabilities.get()?.voice;
      if (!voice) throw new VoiceError('NoVoiceServer', { retryable: true });
      const key = JSON.stringify(voice.routerRtpCapabilities);
      if (loaded?.key !== key) {
        loaded = { key, device: await createDevice(voice.routerRtpCapabilities, handlerFactory) };
      }
      return loaded.device;
    },
  };
};
