import { z } from 'zod';
import { ErrorPayload } from './errors.ts';
import { limits } from './limits.ts';

/** The one version of the protocol that this build speaks. */
export const protocolVersion = 1;

export const RequestId = z.string().min(1).max(limits.maxRequestIdLength).meta({ id: 'RequestId' });

/** What a client sends. `v` and `requestId` may be left out; fields that nobody knows are ignored. */
export const ClientFrame = z
  .object({
    v: z.literal(protocolVersion).optional(),
    type: z.string().min(1).max(limits.maxFrameTypeLength),
    requestId: RequestId.optional(),
    payload: z.unknown().optional(),
  })
  .meta({ id: 'ClientFrame' });
export type ClientFrame = z.infer<typeof ClientFrame>;

/** What a server sends: an event, or the answer to a request, told apart by `type`. */
export const ServerFrame = z
  .object({
    v: z.literal(protocolVersion),
    type: z.string(),
    requestId: RequestId.optional(),
    payload: z.unknown(),
  })
  .meta({ id: 'ServerFrame' });
export type ServerFrame = z.infer<typeof ServerFrame>;

export const Nack = z
  .object({
    v: z.literal(protocolVersion),
    type: z.literal('nack'),
    requestId: RequestId,
    payload: ErrorPayload,
  })
  .meta({ id: 'Nack' });

/** Close codes of the realtime socket (RFC 6455 section 7.4; 4000 and up are the application's). */
export const closeCodes = {
  normal: 1000,
  goingAway: 1001,
  policyViolation: 1008,
  messageTooBig: 1009,
  tryAgainLater: 1013,
  missingToken: 4001,
  invalidToken: 4002,
  /** The session was revoked, or its token ran out: sign in again. */
  sessionEnded: 4003,
  /** Too many frames, or too many bad ones. */
  rateLimited: 4008,
  /** A newer socket resumed this one. */
  replaced: 4009,
  /** The client reads too slowly: the server does not buffer without end. */
  slowConsumer: 4010,
} as const;

interface RequestDef {
  payload: z.ZodType;
  result: z.ZodType;
  /** The plain event that answers a request without `requestId`, where there is one. */
  event?: string;
  /** Without a `requestId` the answer would be lost, and with it what was asked for. */
  needsRequestId?: true;
  summary: string;
}

/** Declares a feature's requests: type → payload, result. */
export const defineRequests = <T extends Record<string, RequestDef>>(requests: T): T => requests;

interface EventDef {
  payload: z.ZodType;
  summary: string;
}

/** Declares a feature's server events: type → payload. */
export const defineEvents = <T extends Record<string, EventDef>>(events: T): T => events;

/** True where JSON text nests deeper than `maxDepth`; costs one pass and no allocation. */
export const isJsonTooDeep = (text: string, maxDepth: number = limits.maxJsonDepth): boolean => {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 92) index += 1;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 123 || code === 91) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (code === 125 || code === 93) depth -= 1;
  }
  return false;
};
