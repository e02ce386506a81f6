/** What this test uses of the native WebRTC stack for Node; the package brings no types. */
declare module '@roamhq/wrtc' {
  interface AudioData {
    samples: Int16Array;
    sampleRate: number;
    bitsPerSample: 16;
    channelCount: number;
    numberOfFrames: number;
  }
  class RTCAudioSource {
    createTrack(): MediaStreamTrack;
    onData(data: AudioData): void;
  }
  class RTCAudioSink {
    constructor(track: MediaStreamTrack);
    ondata: ((data: AudioData) => void) | undefined;
    stop(): void;
  }
  const wrtc: {
    RTCPeerConnection: typeof RTCPeerConnection;
    RTCSessionDescription: typeof RTCSessionDescription;
    MediaStream: typeof MediaStream;
    MediaStreamTrack: typeof MediaStreamTrack;
    nonstandard: { RTCAudioSource: typeof RTCAudioSource; RTCAudioSink: typeof RTCAudioSink };
  };
  export default wrtc;
}
