import { z } from 'zod';
import { MediaId } from './ids.ts';

/**
 * Shapes of mediasoup and WebRTC that pass through us. What they do not name is left out, so that a newer mediasoup-client
 * still fits, and mediasoup is handed nothing that nobody has looked at: it validates meaning, and trusts types. Every array
 * and string is capped. What is said of one person's sound ends up as lines of SDP at everybody else (RFC 8866 section 5).
 */
const short = z
  .string()
  .max(256)
  .regex(/^[\x20-\x7e]*$/, 'Printable ASCII, in one line');

const RtpCodecParametersMap = z
  .record(
    z
      .string()
      .max(64)
      .regex(/^[\w.-]+$/, 'Letters, digits, dots, dashes'),
    z.union([short, z.number(), z.boolean()]),
  )
  .refine((map) => Object.keys(map).length <= 32, 'At most 32 codec parameters')
  .meta({ maxProperties: 32 });

const RtcpFeedback = z.object({ type: short, parameter: short.optional() });

export const MediaKind = z.enum(['audio', 'video']).meta({ id: 'MediaKind' });
export type MediaKind = z.infer<typeof MediaKind>;

export const RtpCapabilities = z
  .object({
    codecs: z
      .array(
        z.object({
          kind: MediaKind,
          mimeType: short,
          preferredPayloadType: z.int().min(0).max(127).optional(),
          clockRate: z.int().positive(),
          channels: z.int().positive().max(255).optional(),
          parameters: RtpCodecParametersMap.optional(),
          rtcpFeedback: z.array(RtcpFeedback).max(32).optional(),
        }),
      )
      .max(64)
      .optional(),
    headerExtensions: z
      .array(
        z.object({
          kind: MediaKind,
          uri: short,
          preferredId: z.int().min(1).max(255),
          preferredEncrypt: z.boolean().optional(),
          direction: short.optional(),
        }),
      )
      .max(64)
      .optional(),
  })
  .meta({ id: 'RtpCapabilities', description: 'RtpCapabilities of mediasoup.' });
export type RtpCapabilities = z.infer<typeof RtpCapabilities>;

const RtpCodecParameters = z.object({
  mimeType: short,
  payloadType: z.int().min(0).max(127),
  clockRate: z.int().positive(),
  channels: z.int().positive().max(255).optional(),
  parameters: RtpCodecParametersMap.optional(),
  rtcpFeedback: z.array(RtcpFeedback).max(32).optional(),
});

const RtpEncodingParameters = z.object({
  ssrc: z.int().min(0).max(0xffffffff).optional(),
  rid: short.optional(),
  codecPayloadType: z.int().min(0).max(127).optional(),
  rtx: z.object({ ssrc: z.int().min(0).max(0xffffffff) }).optional(),
  dtx: z.boolean().optional(),
  scalabilityMode: short.optional(),
  maxBitrate: z.int().nonnegative().optional(),
});

export const RtpParameters = z
  .object({
    mid: short.max(8).optional(),
    msid: short.optional(),
    codecs: z.array(RtpCodecParameters).min(1).max(16),
    headerExtensions: z
      .array(
        z.object({
          uri: short,
          id: z.int().min(1).max(255),
          encrypt: z.boolean().optional(),
          parameters: RtpCodecParametersMap.optional(),
        }),
      )
      .max(32)
      .optional(),
    encodings: z.array(RtpEncodingParameters).max(8).optional(),
    rtcp: z.object({ cname: short.optional(), reducedSize: z.boolean().optional() }).optional(),
  })
  .meta({ id: 'RtpParameters', description: 'RtpParameters of mediasoup.' });
export type RtpParameters = z.infer<typeof RtpParameters>;

export const DtlsParameters = z
  .object({
    role: z.enum(['auto', 'client', 'server']).optional(),
    fingerprints: z
      .array(
        z.object({
          algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
          value: z.string().regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){19,63}$/, 'A fingerprint as in RFC 8122'),
        }),
      )
      .min(1)
      .max(8),
  })
  .meta({ id: 'DtlsParameters', description: 'RFC 8122 fingerprints and the DTLS role.' });
export type DtlsParameters = z.infer<typeof DtlsParameters>;

export const IceParameters = z
  .object({
    usernameFragment: short,
    password: short,
    iceLite: z.boolean().optional(),
  })
  .meta({ id: 'IceParameters' });
export type IceParameters = z.infer<typeof IceParameters>;

const IceCandidate = z.object({
  foundation: short,
  priority: z.int().nonnegative(),
  address: short,
  ip: short,
  protocol: z.enum(['udp', 'tcp']),
  port: z.int().min(0).max(65535),
  type: z.literal('host'),
  tcpType: z.literal('passive').optional(),
});

/** What mediasoup-client's `createSendTransport` and `createRecvTransport` take. */
export const WebRtcTransportOptions = z
  .object({
    id: MediaId,
    iceParameters: IceParameters,
    iceCandidates: z.array(IceCandidate).max(64),
    dtlsParameters: DtlsParameters,
  })
  .meta({ id: 'WebRtcTransportOptions' });
export type WebRtcTransportOptions = z.infer<typeof WebRtcTransportOptions>;
