/** Sound as it lies in a WAV file: 16 bits a sample, the channels of each moment side by side. */
export interface Sound {
  samples: Int16Array;
  sampleRate: number;
  channelCount: number;
}

const pcm = 1;
const bytesPerSample = 2;

const textAt = (bytes: Buffer, at: number): string => bytes.toString('latin1', at, at + 4);

/** The chunks of a RIFF file by their names; each begins on an even byte. */
const readChunks = (bytes: Buffer): Map<string, Buffer> => {
  const chunks = new Map<string, Buffer>();
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    chunks.set(textAt(bytes, at), bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length + (length % 2);
  }
  return chunks;
};

/** @throws Error that says how to make such a file, where it is no WAV of 16 bits with one or two channels. */
export const readWav = (bytes: Buffer): Sound => {
  const chunks = bytes.length > 12 && textAt(bytes, 8) === 'WAVE' ? readChunks(bytes) : new Map();
  const format = chunks.get('fmt ');
  const data = chunks.get('data');
  const isKnown = format?.length >= 16 && format.readUInt16LE(0) === pcm && format.readUInt16LE(14) === 16;
  const channelCount = isKnown ? format.readUInt16LE(2) : 0;
  if (!data || channelCount < 1 || channelCount > 2) {
    throw new Error(
      'This is no WAV file of 16 bits with one or two channels. Make one: ffmpeg -i FILE -c:a pcm_s16le sound.wav',
    );
  }
  const count = Math.floor(data.length / bytesPerSample);
  const samples = Int16Array.from({ length: count }, (_, n) => data.readInt16LE(n * bytesPerSample));
  return { samples, sampleRate: format.readUInt32LE(4), channelCount };
};
