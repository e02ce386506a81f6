import type { RouterRtpCodecCapability } from 'mediasoup/types';

/**
 * What every router receives. Payload types are libwebrtc's own, so that a stock client's offer fits without mapping.
 * Opus as in RFC 7587: in-band FEC against loss, DTX so that silence costs next to nothing.
 */
export const mediaCodecs: RouterRtpCodecCapability[] = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    preferredPayloadType: 111,
    clockRate: 48000,
    channels: 2,
    parameters: { useinbandfec: 1, usedtx: 1, minptime: 10 },
  },
];
