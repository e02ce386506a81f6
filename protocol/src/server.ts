import { z } from 'zod';
import { Done } from './done.ts';
import { ErrorPayload } from './errors.ts';
import { defineEvents, defineRequests } from './frames.ts';
import { SessionId, Timestamp, UserId } from './ids.ts';
import { defineRoutes } from './routes.ts';
import { RtpCapabilities } from './webrtc.ts';

export const serverRequests = defineRequests({
  ping: {
    payload: z.object({}),
    result: z.object({ ts: z.number().describe('Server time, milliseconds since the epoch.') }),
    event: 'pong',
    summary: 'Keep the socket, and measure the round trip',
  },
});

export const ServerReady = z
  .object({
    userId: UserId,
    userName: z.string(),
    connectedAt: Timestamp,
    sessionId: SessionId,
    resumeToken: z
      .string()
      .describe(
        'Pass it as `resume` when connecting again: the old socket, dead or not, is replaced at once.',
      ),
  })
  .meta({ id: 'ServerReady' });
export type ServerReady = z.infer<typeof ServerReady>;

export const ServerCapabilities = z
  .object({
    protocol: z.object({ min: z.int(), max: z.int() }),
    heartbeat: z.object({ intervalMs: z.int(), timeoutMs: z.int() }),
    limits: z.object({ maxPayloadBytes: z.int(), maxChatTextLength: z.int() }),
    voice: z
      .object({ routerRtpCapabilities: RtpCapabilities })
      .nullable()
      .describe('Null where no media node can be reached.'),
  })
  .meta({ id: 'ServerCapabilities' });
export type ServerCapabilities = z.infer<typeof ServerCapabilities>;

export const serverEvents = defineEvents({
  'server.ready': { payload: ServerReady, summary: 'The first frame on a socket' },
  'server.capabilities': {
    payload: ServerCapabilities,
    summary: 'What this server can do; follows server.ready',
  },
  'server.draining': {
    payload: z.object({ reconnectAfterMs: z.int() }),
    summary: 'The server is stopping: the socket closes, come back after so long',
  },
  'server.resync': {
    payload: z.object({ spreadMs: z.int().describe('Wait up to so long, each client another while.') }),
    summary:
      'Events outside of rooms may have been missed: read the rooms, the inbox and the lobby anew. Of what rooms tell, room.position says so',
  },
  pong: { payload: serverRequests.ping.result, summary: 'Answers ping without requestId' },
  error: {
    payload: ErrorPayload,
    summary: 'A request without requestId failed, or the socket cannot be used',
  },
});

const CheckState = z.enum(['ok', 'error', 'embedded']);
const DependencyState = z.object({ ok: z.boolean(), detail: z.string() });

export const serverRoutes = defineRoutes({
  'server.health': {
    method: 'GET',
    path: '/health',
    auth: 'none',
    summary: 'The baseline health check',
    responses: {
      200: z.object({
        status: z.enum(['ok', 'degraded']),
        checks: z.object({ api: CheckState, db: CheckState, redis: CheckState }),
        ts: Timestamp,
      }),
    },
  },
  'server.livez': {
    method: 'GET',
    path: '/livez',
    auth: 'none',
    summary: 'The process runs',
    responses: { 200: Done },
  },
  'server.readyz': {
    method: 'GET',
    path: '/readyz',
    auth: 'none',
    summary: 'The process can serve: database, at least one media worker, not draining',
    responses: {
      200: z.object({ ready: z.literal(true), checks: z.record(z.string(), DependencyState) }),
      503: z.object({ ready: z.literal(false), checks: z.record(z.string(), DependencyState) }),
    },
  },
});
