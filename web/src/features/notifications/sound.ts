const tones = [
  { hz: 660, atS: 0 },
  { hz: 880, atS: 0.09 },
] as const;
const lengthS = 0.22;
const volume = 0.06;

/** Two short tones, quiet, made on the spot. Where the browser plays nothing without a click, nothing is heard. */
export const playNotifySound = (): void => {
  if (!('AudioContext' in globalThis)) return;
  const context = new AudioContext();
  const endsAtS = context.currentTime + lengthS + (tones.at(-1)?.atS ?? 0);
  for (const { hz, atS } of tones) {
    const begin = context.currentTime + atS;
    const oscillator = new OscillatorNode(context, { frequency: hz });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(volume, begin + 0.01);
    gain.gain.exponentialRampToValueAtTime(0.0001, begin + lengthS);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(begin);
    oscillator.stop(endsAtS);
  }
  setTimeout(() => context.close().catch(() => undefined), 1000);
};
