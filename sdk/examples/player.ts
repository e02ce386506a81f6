import wrtc from '@roamhq/wrtc';
import type { Sound } from './wav.ts';

export interface Player {
  /** What others hear. */
  track: MediaStreamTrack;
  /** Plays once; resolves at the end, or when it is closed. */
  play(): Promise<void>;
  close(): void;
}

/** WebRTC's unit of sound. */
const frameMs = 10;

/** A microphone that plays a sound, in the time that it takes. */
export const createPlayer = ({ samples, sampleRate, channelCount }: Sound): Player => {
  const source = new wrtc.nonstandard.RTCAudioSource();
  const frameSamples = Math.floor((sampleRate * frameMs) / 1_000);
  const frameLength = frameSamples * channelCount;
  const frameCount = Math.floor(samples.length / frameLength);
  let timer: NodeJS.Timeout | undefined;
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
  let isClosed = false;
  const send = (frame: number): void => {
    const at = frame * frameLength;
    source.onData({
      samples: samples.slice(at, at + frameLength),
      ...{ sampleRate, bitsPerSample: 16, channelCount, numberOfFrames: frameSamples },
    });
  };
  const stop = (): void => {
    isClosed = true;
    clearInterval(timer);
    finish();
  };
  return {
    track: source.createTrack(),
    play: () => {
      if (isClosed) return finished;
      const startedAtMs = performance.now();
      let sent = 0;
      // By the clock: a timer that is late each time would slow the sound down.
      timer = setInterval(() => {
        const due = Math.min(frameCount, Math.floor((performance.now() - startedAtMs) / frameMs));
        for (; sent < due; sent += 1) send(sent);
        if (sent === frameCount) stop();
      }, frameMs);
      return finished;
    },
    close: stop,
  };
};
