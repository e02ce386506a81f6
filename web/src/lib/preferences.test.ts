import { describe, expect, it } from 'vitest';
import { createMapMemory } from '../../test/map-memory.ts';
import { createPreferences } from './preferences.ts';

describe('the preferences', () => {
  it('keep what was chosen', () => {
    const preferences = createPreferences(createMapMemory());
    preferences.saveMicrophone({ echoCancellation: true, noiseSuppression: false, autoGainControl: true });
    expect(preferences.loadMicrophone().noiseSuppression).toBe(false);
    preferences.saveRelayOnly(true);
    expect(preferences.loadRelayOnly()).toBe(true);
    preferences.saveRelayOnly(false);
    expect(preferences.loadRelayOnly()).toBe(false);
  });

  it.each(['not json', 'null', '"text"', '{"noiseSuppression":"yes","deviceId":7}'])(
    'fall back to everything on where the browser holds %s',
    (text) => {
      const preferences = createPreferences(createMapMemory([['boltorezka.microphone', text]]));
      expect(preferences.loadMicrophone()).toEqual({
        echoCancellation: true,
        noiseSuppression: true,
        autoGainControl: true,
      });
    },
  );
});
