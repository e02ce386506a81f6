import wrtc from '@roamhq/wrtc';

const sampleRate = 48_000;
/** WebRTC's unit of sound: 10 ms. */
const frameSamples = 480;

export interface ToneMicrophone {
  track: MediaStreamTrack;
  close(): void;
}

/** A microphone that plays one steady tone. */
export const createToneMicrophone = (hz: number): ToneMicrophone => {
  const source = new wrtc.nonstandard.RTCAudioSource();
  let position = 0;
  const timer = setInterval(() => {
    const samples = Int16Array.from({ length: frameSamples }, (_, n) =>
      Math.round(12_000 * Math.sin((2 * Math.PI * hz * (position + n)) / sampleRate)),
    );
    position += frameSamples;
    source.onData({ samples, sampleRate, bitsPerSample: 16, channelCount: 1, numberOfFrames: frameSamples });
  }, 10);
  return { track: source.createTrack(), close: () => clearInterval(timer) };
};

/** Counts rising zero crossings: the pitch of a single tone, Hz. */
const pitchOf = (samples: number[], rate: number): number => {
  let crossings = 0;
  for (let n = 1; n < samples.length; n += 1) {
    if ((samples[n - 1] ?? 0) < 0 && (samples[n] ?? 0) >= 0) crossings += 1;
  }
  return (crossings * rate) / samples.length;
};

/** Resolves when a second of a track has sounded with the pitch. */
export const hearPitch = (track: MediaStreamTrack, hz: number): Promise<void> => {
  const sink = new wrtc.nonstandard.RTCAudioSink(track);
  let heard: number[] = [];
  return new Promise((resolve) => {
    sink.ondata = ({ samples, sampleRate: rate, channelCount }) => {
      for (let n = 0; n < samples.length; n += channelCount) heard.push(samples[n] ?? 0);
      if (heard.length < rate) return;
      const isLoud = heard.some((sample) => Math.abs(sample) > 1_000);
      const pitch = pitchOf(heard, rate);
      heard = [];
      if (!isLoud || Math.abs(pitch - hz) > 10) return;
      sink.stop();
      resolve();
    };
  });
};

/** Resolves with the moment of the last loud sound (`performance.now()`), when nothing has been heard for a while. */
export const waitForSilence = async (track: MediaStreamTrack, quietMs = 500): Promise<number> => {
  const sink = new wrtc.nonstandard.RTCAudioSink(track);
  let lastLoudAtMs = performance.now();
  sink.ondata = ({ samples }) => {
    if (samples.some((sample) => Math.abs(sample) > 1_000)) lastLoudAtMs = performance.now();
  };
  // A track that has ended brings no more data that could be waited for.
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (performance.now() - lastLoudAtMs < quietMs) return;
      clearInterval(timer);
      resolve();
    }, 20);
  });
  sink.stop();
  return lastLoudAtMs;
};
