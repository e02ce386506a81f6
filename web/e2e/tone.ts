import { writeFileSync } from 'node:fs';

const sampleRate = 48_000;

/** Long enough that Chromium's loop of it is rare, and whole cycles, so that the loop cannot be heard. */
const seconds = 10;

/** Writes a steady sine as WAV (16 bit, mono, 48 kHz), for a browser's fake microphone. */
export const writeTone = (path: string, hz: number): void => {
  const samples = sampleRate * seconds;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(sampleRate, 24);
  wav.writeUInt32LE(sampleRate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let n = 0; n < samples; n += 1) {
    wav.writeInt16LE(Math.round(12_000 * Math.sin((2 * Math.PI * hz * n) / sampleRate)), 44 + n * 2);
  }
  writeFileSync(path, wav);
};
