/**
 * What runs inside the page to listen: an AudioWorklet that measures a tone's power in blocks of 10 ms, at what the
 * listener's speaker would get. Served to the page under an address of its own origin, so that the page's content
 * security policy stays in force.
 */
export const workletPath = '/e2e-tone-meter.js';

export const workletSource = `
const blockSamples = 480;
registerProcessor('tone-meter', class extends AudioWorkletProcessor {
  constructor({ processorOptions: { hz } }) {
    super();
    this.k = 2 * Math.cos((2 * Math.PI * hz) / sampleRate);
    this.restart();
  }
  restart() { this.s1 = 0; this.s2 = 0; this.n = 0; this.energy = 0; }
  process([[samples]]) {
    for (let i = 0; i < 128; i += 1) {
      const x = samples ? samples[i] : 0;
      const s = x + this.k * this.s1 - this.s2;
      this.s2 = this.s1; this.s1 = s; this.energy += x * x; this.n += 1;
      if (this.n === blockSamples) {
        const power = (this.s1 ** 2 + this.s2 ** 2 - this.k * this.s1 * this.s2) / (blockSamples ** 2 / 4);
        this.port.postMessage({ at: Date.now(), power, rms: Math.sqrt(this.energy / blockSamples) });
        this.restart();
      }
    }
    return true;
  }
});
`;

/** One 10 ms block: wall time, the tone's power (1 = full-scale sine), and loudness of everything. */
export interface Block {
  at: number;
  power: number;
  rms: number;
}

declare global {
  interface Window {
    e2eConnections: RTCPeerConnection[];
    e2eBlocks: Record<string, Block[]>;
    e2eAnalysers: Record<string, AnalyserNode>;
  }
}

/** Runs before the page's own scripts: remembers its peer connections, whose statistics a test reads. */
export const installHooks = (): void => {
  window.e2eConnections = [];
  window.e2eBlocks = {};
  window.e2eAnalysers = {};
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      window.e2eConnections.push(this);
    }
  };
};

export interface ListenInput {
  userName: string;
  hz: number;
  workletPath: string;
}

/** Starts listening to a person; again, when their stream has been replaced, on the same record. */
export const listenInPage = async ({ userName, hz, workletPath: path }: ListenInput): Promise<void> => {
  const selector = `[data-testid="remote-audio"][data-user-name="${CSS.escape(userName)}"]`;
  const context = new AudioContext({ sampleRate: 48_000 });
  await context.audioWorklet.addModule(path);
  const meter = new AudioWorkletNode(context, 'tone-meter', { processorOptions: { hz } });
  const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
  const blocks: Block[] = [];
  window.e2eBlocks[userName] = blocks;
  window.e2eAnalysers[userName] = analyser;
  meter.port.onmessage = ({ data }) => blocks.push(data);
  let source: MediaStreamAudioSourceNode | undefined;
  let connected: MediaStreamTrack | undefined;
  const follow = () => {
    const element = document.querySelector<HTMLAudioElement>(selector);
    const stream = element?.srcObject instanceof MediaStream ? element.srcObject : undefined;
    const track = stream?.getAudioTracks()[0];
    if (track === connected) return;
    source?.disconnect();
    connected = track;
    source = track && context.createMediaStreamSource(new MediaStream([track]));
    source?.connect(meter);
    source?.connect(analyser);
  };
  follow();
  setInterval(follow, 10);
  // Without a sink nothing pulls the graph; this one is silent.
  const silent = new GainNode(context, { gain: 0 });
  meter.connect(silent).connect(context.destination);
};

/** The loudest frequency now, Hz, and how loud it is, dBFS. */
export const pitchInPage = (userName: string): { hz: number; db: number } => {
  const analyser = window.e2eAnalysers[userName];
  if (!analyser) throw new Error(`not listening to ${userName}`);
  const bins = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(bins);
  let best = 1;
  for (let bin = 1; bin < bins.length; bin += 1) {
    if ((bins[bin] ?? Number.NEGATIVE_INFINITY) > (bins[best] ?? 0)) best = bin;
  }
  return { hz: (best * analyser.context.sampleRate) / analyser.fftSize, db: bins[best] ?? -200 };
};

export interface InboundAudio {
  packetsReceived: number;
  packetsLost: number;
  concealedSamples: number;
  silentConcealedSamples: number;
  totalSamplesReceived: number;
  candidateTypes: string[];
}

/** Sums of what the page's live peer connections receive. */
export const inboundInPage = async (): Promise<InboundAudio> => {
  const sum: InboundAudio = {
    packetsReceived: 0,
    packetsLost: 0,
    concealedSamples: 0,
    silentConcealedSamples: 0,
    totalSamplesReceived: 0,
    candidateTypes: [],
  };
  for (const connection of window.e2eConnections) {
    if (connection.connectionState !== 'connected') continue;
    const stats = await connection.getStats();
    for (const report of stats.values()) {
      if (report.type === 'inbound-rtp' && report.kind === 'audio') {
        sum.packetsReceived += report.packetsReceived;
        sum.packetsLost += report.packetsLost;
        sum.concealedSamples += report.concealedSamples;
        sum.silentConcealedSamples += report.silentConcealedSamples;
        sum.totalSamplesReceived += report.totalSamplesReceived;
      }
      if (report.type === 'candidate-pair' && report.nominated && report.state === 'succeeded') {
        sum.candidateTypes.push(stats.get(report.localCandidateId)?.candidateType);
      }
    }
  }
  return sum;
};

/** The server's ICE fragments and the SSRCs of every peer connection that stands, sorted. */
export const mediaNamesInPage = (): string[] => {
  const names: string[] = [];
  for (const connection of window.e2eConnections) {
    if (connection.connectionState !== 'connected') continue;
    const [local = '', remote = ''] = [connection.localDescription?.sdp, connection.remoteDescription?.sdp];
    for (const [, ufrag] of remote.matchAll(/a=ice-ufrag:(\S+)/g)) names.push(`ufrag ${ufrag}`);
    for (const [, ssrc] of `${local}${remote}`.matchAll(/a=ssrc:(\d+) cname/g)) names.push(`ssrc ${ssrc}`);
  }
  return [...new Set(names)].sort();
};
