/** What the page did on its way to the sound, wall time; absent until it happened. */
export interface PageMarks {
  microphoneAskedAtMs?: number;
  microphoneOpenAtMs?: number;
  /** An audio element began to play somebody. */
  attachedAtMs?: number;
}

declare global {
  interface Window {
    benchMarks: PageMarks;
  }
}

/**
 * Runs before the page's own scripts: sends media to the path's port, by UDP alone, and notes when the microphone opens
 * and when an audio element gets a stream.
 */
export const installBenchHooks = (mediaPort: number): void => {
  window.benchMarks = {};
  const toPath = (sdp: string) => {
    let hasOne = false;
    const lines = sdp.split('\r\n').flatMap((line) => {
      if (line.startsWith('m=')) hasOne = false;
      if (!line.startsWith('a=candidate:')) return [line];
      const fields = line.split(' ');
      if (hasOne || fields[2]?.toLowerCase() !== 'udp') return [];
      hasOne = true;
      return [[...fields.slice(0, 4), '127.0.0.1', mediaPort, ...fields.slice(6)].join(' ')];
    });
    return lines.join('\r\n');
  };
  type Describe = (this: RTCPeerConnection, description: RTCSessionDescriptionInit) => Promise<void>;
  const describe = RTCPeerConnection.prototype.setRemoteDescription as Describe;
  RTCPeerConnection.prototype.setRemoteDescription = function (description: RTCSessionDescriptionInit) {
    return describe.call(this, { ...description, sdp: toPath(description.sdp ?? '') });
  };
  const devices = navigator.mediaDevices;
  const getUserMedia = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    window.benchMarks.microphoneAskedAtMs = Date.now();
    const stream = await getUserMedia(constraints);
    window.benchMarks.microphoneOpenAtMs = Date.now();
    return stream;
  };
  const native = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    ...native,
    set(stream: MediaStream | null) {
      native?.set?.call(this, stream);
      if (stream) window.benchMarks.attachedAtMs ??= Date.now();
    },
  });
};

/** Clicked inside the page, so that the moment is known without the way from here to the browser. */
export const clickInPage = (selector: string): number => {
  window.benchMarks = {};
  const button = document.querySelector<HTMLButtonElement>(selector);
  if (!button || button.disabled) throw new Error(`${selector} cannot be clicked`);
  const at = Date.now();
  button.click();
  return at;
};

export interface MediaFacts {
  srtpCipher: string;
  dtlsCipher: string;
  protocol: string;
}

/** How the media of the live connections travels. */
export const mediaFactsInPage = async (): Promise<MediaFacts | null> => {
  for (const connection of window.e2eConnections) {
    if (connection.connectionState !== 'connected') continue;
    const stats = await connection.getStats();
    for (const report of stats.values()) {
      if (report.type !== 'transport' || !report.srtpCipher) continue;
      const pair = stats.get(report.selectedCandidatePairId);
      const { protocol } = stats.get(pair.localCandidateId);
      return { srtpCipher: report.srtpCipher, dtlsCipher: report.dtlsCipher, protocol };
    }
  }
  return null;
};
