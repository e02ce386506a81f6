/** What a browser can receive. */
export const rtpCapabilities = {
  codecs: [
    {
      kind: 'audio' as const,
      mimeType: 'audio/opus',
      preferredPayloadType: 111,
      clockRate: 48_000,
      channels: 2,
    },
  ],
};

/** What a browser sends; every stream has an SSRC of its own. */
export const microphone = () => ({
  codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
  encodings: [{ ssrc: 1 + Math.floor(Math.random() * 0xfffffffe) }],
});

/** SHA-256 of nothing in particular, in the form of RFC 8122. */
export const dtlsParameters = {
  role: 'client' as const,
  fingerprints: [{ algorithm: 'sha-256' as const, value: Array.from({ length: 32 }, () => 'AB').join(':') }],
};
