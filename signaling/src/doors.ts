import type { IncomingMessage } from 'node:http';
import type { MediaPort } from '@boltorezka/protocol';
import { limits, type MediaRequestResult, protocolVersion } from '@boltorezka/protocol';
import proxyAddr from '@fastify/proxy-addr';
import type { FastifyInstance } from 'fastify';
import { registerAdminRoutes } from './admin/index.ts';
import { registerAttachmentRoutes } from './attachments/index.ts';
import { createKnownDevices, createRefreshCookies, registerAuthRoutes } from './auth/index.ts';
import { registerChatRoutes } from './chat/index.ts';
import type { Config } from './config.ts';
import { createHandlers, type Domain, type DomainDeps } from './domain.ts';
import { type Caller, isAtThisMachine, isForThisMachine } from './http/caller.ts';
import { type HealthDeps, registerHealthRoutes, registerMetricsRoute } from './http/health.ts';
import { createRouteRegistrar } from './http/route.ts';
import { registerPictureRoutes } from './pictures/index.ts';
import type { Bus } from './platform/bus.ts';
import type { Database } from './platform/db.ts';
import type { Logger } from './platform/log.ts';
import type { Metrics } from './platform/metrics.ts';
import type { SharedCounter } from './platform/redis-counter.ts';
import { createKeyedBuckets } from './platform/token-bucket.ts';
import { registerPreviewRoutes } from './previews/index.ts';
import { registerReadRoutes } from './reads/index.ts';
import { registerSearchRoutes } from './search/index.ts';
import { registerTeamRoutes } from './team-routes.ts';
import { createGateway, type Gateway } from './ws/gateway.ts';
import { createIsOriginAllowed } from './ws/origin.ts';

/** What the ways in are made with. */
export interface DoorSettings {
  config: Config;
  /** Signs tokens; configured, or kept in the data directory. */
  jwtSecret: string;
  db: Database;
  bus: Bus;
  media: MediaPort;
  log: Logger;
  /** Counts with the other processes; left out where there are none. */
  counter?: SharedCounter | undefined;
  /** False: who signs up first at this machine becomes nothing special. Left out, the administrator. */
  makesFirstAdministrator?: boolean;
}

/** An event that takes more than this to leave means that its reader has stopped reading. */
const maxBufferedBytes = 1024 * 1024;

/** Files that one person may upload. */
const uploadLimit = { burst: 30, perSecond: 1 / 2 };

/** Of people's pictures, by person: how often one's own is another, and how often others' are asked for, a screen at a time. */
const createPictureBuckets = () => ({
  changes: createKeyedBuckets({ burst: 10, perSecond: 1 / 30 }),
  lookups: createKeyedBuckets({ burst: 100, perSecond: 5 }),
});

type Capabilities = MediaRequestResult<'media.getCapabilities'>;

const createServerCapabilities = ({ routerRtpCapabilities }: Capabilities) => ({
  protocol: { min: protocolVersion, max: protocolVersion },
  heartbeat: { intervalMs: limits.heartbeatIntervalMs, timeoutMs: limits.heartbeatTimeoutMs },
  limits: { maxPayloadBytes: limits.maxPayloadBytes, maxChatTextLength: limits.maxChatTextLength },
  voice: { routerRtpCapabilities },
});

const createAddressOf = (trustedProxies: string[]) => {
  const trust = proxyAddr.compile(trustedProxies);
  return (request: IncomingMessage) => proxyAddr(request, trust) ?? 'unknown';
};

export interface DoorDeps {
  deps: DoorSettings;
  domain: Domain;
  domainDeps: DomainDeps;
  app: FastifyInstance;
  capabilities: Capabilities;
}

/** The realtime socket. */
export const openGateway = ({ deps, domain, domainDeps, app, capabilities }: DoorDeps): Gateway => {
  const { config, log } = deps;
  const { metrics } = domainDeps;
  const { connectPerMinute, framesPerSecond } = config.rates;
  const serverCapabilities = createServerCapabilities(capabilities);
  return createGateway(app.server, {
    ...domain,
    authenticate: (token) => domain.socketAuth.authenticate(token),
    authenticateTicket: (ticket) => domain.socketAuth.authenticateTicket(ticket),
    confirmSession: (claims) => domain.socketAuth.confirm(claims),
    findSessionEnd: async ({ sessionId, userId }) =>
      (await domain.authRepository.findBySession(sessionId, userId))?.expiresAt,
    dispatch: {
      handlers: createHandlers(domain, domainDeps),
      log,
      onFrame: (type, outcome) => metrics.framesIn.inc({ type, outcome }),
    },
    capabilities: () => serverCapabilities,
    onEnded: (connection, closeCode) => {
      domain.calls.handleConnectionEnded(connection, closeCode);
      domain.attendance.handleEnded(connection, closeCode);
    },
    isOriginAllowed: createIsOriginAllowed(config.allowedOrigins),
    addressOf: createAddressOf(config.trustedProxies),
    connectBuckets: createKeyedBuckets({ burst: connectPerMinute, perSecond: connectPerMinute / 60 }),
    frameBuckets: createKeyedBuckets({ burst: framesPerSecond * 4, perSecond: framesPerSecond }),
    maxBufferedBytes,
    metrics,
    log,
  });
};

/** What signing in asks of the wire. */
const createSignInDeps = (
  { config, jwtSecret, makesFirstAdministrator = true }: DoorSettings,
  domain: Domain,
) => {
  const isOpenToFirst = makesFirstAdministrator && isForThisMachine(config);
  return {
    cookies: createRefreshCookies({
      secret: jwtSecret,
      maxAgeMs: domain.tokens.sessionMs,
      isOriginAllowed: createIsOriginAllowed(config.allowedOrigins),
    }),
    knownDevices: createKnownDevices(jwtSecret),
    authenticateForSocket: (token: string) => domain.socketAuth.authenticate(token),
    mayAdminister: (caller: Caller) => isOpenToFirst && isAtThisMachine(caller),
  };
};

/** Every REST call. */
export const registerRoutes = ({ deps, domain, app }: DoorDeps, health: HealthDeps): void => {
  const { authPerMinute: auth, restPerMinute: rest, changesPerMinute } = deps.config.rates;
  const authenticate = (token: string) => domain.auth.authenticate(token);
  // A page of history shows dozens of pictures.
  const files = rest * 10;
  const limitsPerMinute = { auth, tokens: rest, files, rest };
  const route = createRouteRegistrar(app, { authenticate, limitsPerMinute });
  registerAuthRoutes(route, { ...domain, ...createSignInDeps(deps, domain) });
  registerAdminRoutes(route, domain);
  registerTeamRoutes(route, { ...deps, domain, changesPerMinute });
  registerChatRoutes(route, domain);
  registerReadRoutes(route, domain);
  registerSearchRoutes(route, { ...domain, searchBuckets: domain.chatLimits.search });
  registerAttachmentRoutes(route, {
    ...domain.attachments,
    ...domain.guard,
    requireInRoom: domain.requireInRoom,
    uploadBuckets: createKeyedBuckets(uploadLimit),
  });
  registerPictureRoutes(route, { ...domain.pictures, buckets: createPictureBuckets() });
  registerPreviewRoutes(route, { ...domain.previews, findReadable: domain.guard.findReadable });
  registerHealthRoutes(route, health);
  registerMetricsRoute(app, health, rest);
};

export const createHealthDeps = (
  deps: DoorSettings,
  metrics: Metrics,
  { isDraining, checkFiles }: Pick<HealthDeps, 'isDraining' | 'checkFiles'>,
): HealthDeps => ({
  pingDatabase: () => deps.db.ping(),
  pingBus: () => deps.bus.ping(),
  checkFiles,
  countMediaWorkers: async () => {
    const { workers, deadWorkers } = await deps.media.request('media.getStatus', {});
    const running = workers.filter(({ state }) => state === 'running').length;
    return { running, total: workers.length, deaths: deadWorkers };
  },
  isDraining,
  isDatabaseEmbedded: deps.config.databaseUrl === undefined,
  isBusLocal: deps.config.redisUrl === undefined,
  metrics,
  log: deps.log,
});
