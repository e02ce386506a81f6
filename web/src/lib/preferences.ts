import type { MicrophoneSettings } from '@boltorezka/sdk';
import type { Memory } from './storage.ts';

const microphoneKey = 'boltorezka.microphone';
const relayOnlyKey = 'boltorezka.relayOnly';
const lastRoomKey = 'boltorezka.lastRoom';

const defaults: MicrophoneSettings = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

const parseMicrophone = (text: string | null): MicrophoneSettings => {
  let stored: Partial<Record<keyof MicrophoneSettings, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(text ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) stored = parsed;
  } catch {
    // Written by hand or by another version: the defaults are as good.
  }
  const flag = (name: 'echoCancellation' | 'noiseSuppression' | 'autoGainControl'): boolean => {
    const value = stored[name];
    return typeof value === 'boolean' ? value : defaults[name];
  };
  return {
    echoCancellation: flag('echoCancellation'),
    noiseSuppression: flag('noiseSuppression'),
    autoGainControl: flag('autoGainControl'),
    ...(typeof stored.deviceId === 'string' ? { deviceId: stored.deviceId } : {}),
  };
};

/** What a person has chosen on this device. */
export interface Preferences {
  loadMicrophone(): MicrophoneSettings;
  saveMicrophone(settings: MicrophoneSettings): void;
  loadRelayOnly(): boolean;
  saveRelayOnly(relayOnly: boolean): void;
  loadLastRoom(): string | null;
  saveLastRoom(slug: string | null): void;
}

export const createPreferences = (memory: Memory): Preferences => ({
  loadMicrophone: () => parseMicrophone(memory.load(microphoneKey)),
  saveMicrophone: (settings) => memory.save(microphoneKey, JSON.stringify(settings)),
  loadRelayOnly: () => memory.load(relayOnlyKey) === 'true',
  saveRelayOnly: (relayOnly) => memory.save(relayOnlyKey, relayOnly ? 'true' : null),
  loadLastRoom: () => memory.load(lastRoomKey),
  saveLastRoom: (slug) => memory.save(lastRoomKey, slug),
});
