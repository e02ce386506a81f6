/** A track of audio that carries nothing, and needs no microphone. */
export interface SilentTrack {
  track: MediaStreamTrack;
  release(): void;
}

/** What a connection would receive that is never made; null where there is no WebRTC. */
export const createSilentTrack = (): SilentTrack | null => {
  const { RTCPeerConnection } = globalThis;
  if (typeof RTCPeerConnection !== 'function') return null;
  const connection = new RTCPeerConnection();
  const { receiver } = connection.addTransceiver('audio', { direction: 'recvonly' });
  return { track: receiver.track, release: () => connection.close() };
};
