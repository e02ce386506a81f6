import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  AppError,
  limits,
  type MediaPort,
  type MediaRequestResult,
  protocolVersion,
} from '@boltorezka/protocol';
import proxyAddr from '@fastify/proxy-addr';
import type { FastifyInstance } from 'fastify';
import { type AppDeps, createApp } from './app.ts';
import { registerAttachmentRoutes } from './attachments/index.ts';
import { registerAuthRoutes } from './auth/index.ts';
import { registerChatRoutes } from './chat/index.ts';
import type { Config } from './config.ts';
import {
  createDomain,
  createHandlers,
  type Domain,
  type DomainDeps,
  followMedia,
  openDelivery,
} from './domain.ts';
import { type HealthDeps, registerHealthRoutes, registerMetricsRoute } from './http/health.ts';
import { createRouteRegistrar } from './http/route.ts';
import type { Bus } from './platform/bus.ts';
import type { Database } from './platform/db.ts';
import type { Logger } from './platform/log.ts';
import { createMetrics, type Metrics } from './platform/metrics.ts';
import { createKeyedBuckets } from './platform/token-bucket.ts';
import type { PreviewWeb } from './previews/index.ts';
import { registerReadRoutes } from './reads/index.ts';
import { registerSearchRoutes } from './search/index.ts';
import { registerTeamRoutes } from './team-routes.ts';
import { createGateway, type Gateway } from './ws/gateway.ts';
import { createIsOriginAllowed } from './ws/origin.ts';

export interface ServerDeps extends Pick<AppDeps, 'certificate' | 'counter' | 'pageRoot'> {
  config: Config;
  /** Signs tokens; configured, or kept in the data directory. */
  jwtSecret: string;
  db: Database;
  bus: Bus;
  media: MediaPort;
  log: Logger;
  /** As the media link names this process; left out, a name of its own. */
  processId?: string;
  seatGraceMs?: number;
  /** Where pages that messages name may be; left out, the internet. */
  web?: PreviewWeb | undefined;
}

export interface SignalingServer {
  readonly app: FastifyInstance;
  /** Listens. @returns the port. */
  listen(): Promise<number>;
  /**
   * No new work, clients told, writes in flight committed. The database, the bus and the media node are the caller's to
   * close, after this.
   */
  close(): Promise<void>;
}

/** An event that takes more than this to leave means that its reader has stopped reading. */
const maxBufferedBytes = 1024 * 1024;

/** Design: a lost seat is kept this long. */
const defaultSeatGraceMs = 90_000;

/** Files that one person may upload. */
const uploadLimit = { burst: 30, perSecond: 1 / 2 };

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

interface DoorDeps {
  deps: ServerDeps;
  domain: Domain;
  domainDeps: DomainDeps;
  app: FastifyInstance;
  capabilities: Capabilities;
}

const openGateway = ({ deps, domain, domainDeps, app, capabilities }: DoorDeps): Gateway => {
  const { config, log } = deps;
  const { metrics } = domainDeps;
  const { connectPerMinute, framesPerSecond } = config.rates;
  const serverCapabilities = createServerCapabilities(capabilities);
  return createGateway(app.server, {
    ...domain,
    authenticate: (token) => domain.socketAuth.authenticate(token),
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

const registerRoutes = ({ deps, domain, app }: DoorDeps, health: HealthDeps): void => {
  const { authPerMinute: auth, restPerMinute: rest } = deps.config.rates;
  const authenticate = (token: string) => domain.auth.authenticate(token);
  // A page of history shows dozens of pictures.
  const files = rest * 10;
  const route = createRouteRegistrar(app, { authenticate, limitsPerMinute: { auth, files, rest } });
  registerAuthRoutes(route, domain.auth);
  registerTeamRoutes(route, { ...deps, domain });
  registerChatRoutes(route, domain);
  registerReadRoutes(route, domain);
  registerSearchRoutes(route, { ...domain, searchBuckets: domain.chatLimits.search });
  registerAttachmentRoutes(route, {
    ...domain.attachments,
    ...domain.guard,
    requireInRoom: domain.requireInRoom,
    uploadBuckets: createKeyedBuckets(uploadLimit),
  });
  registerHealthRoutes(route, health);
  registerMetricsRoute(app, health);
};

const createHealthDeps = (deps: ServerDeps, metrics: Metrics, isDraining: () => boolean): HealthDeps => ({
  pingDatabase: () => deps.db.ping(),
  pingBus: () => deps.bus.ping(),
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

/** Whoever asks for work while we stop is told to come back; probes go on telling the truth. */
const refuseWhileDraining = (app: FastifyInstance, isDraining: () => boolean): void => {
  app.addHook('onRequest', async (request) => {
    if (!isDraining() || !request.url.startsWith('/v1/')) return;
    throw new AppError('Unavailable', 'The server is stopping; try again in a moment.', {
      retryAfterMs: 1_000,
    });
  });
};

/** The address family that `::` covers as well is asked for by itself where a machine has no IPv6. */
const listenOn = async (app: FastifyInstance, host: string, port: number): Promise<void> => {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (host !== '::' || (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL')) throw error;
    await app.listen({ host: '0.0.0.0', port });
  }
};

interface ClosingDeps {
  app: FastifyInstance;
  domain: Domain;
  gateway: Gateway;
  unfollowMedia: () => void;
  closeDelivery: () => void;
}

/** How long answers that are under way may take when the server stops: somebody may be fetching a large file. */
const lastAnswersMs = 3_000;

/** Connections that fall idle after they were asked to close would be waited for as long as they are kept alive. */
const closeHttp = async (app: FastifyInstance): Promise<void> => {
  const idle = setInterval(() => app.server.closeIdleConnections(), 100);
  const rest = setTimeout(() => app.server.closeAllConnections(), lastAnswersMs);
  try {
    await app.close();
  } finally {
    clearInterval(idle);
    clearTimeout(rest);
  }
};

/** The closing order; a second call waits for the first. */
const createClose = (
  { app, domain, gateway, unfollowMedia, closeDelivery }: ClosingDeps,
  startDraining: () => void,
) => {
  const run = async (): Promise<void> => {
    startDraining();
    gateway.stopReading();
    await domain.writer.close();
    // What was committed is acknowledged before anybody is sent away.
    await new Promise<void>((resolve) => setImmediate(resolve));
    domain.activity.close();
    // Nobody leaves the call because this process does: where media runs elsewhere, the next one finds the seats there.
    unfollowMedia();
    domain.calls.close();
    domain.socketAuth.close();
    domain.access.close();
    closeDelivery();
    gateway.drain();
    gateway.close();
    await Promise.all([domain.attachments.close(), domain.previews.close()]);
    await closeHttp(app);
  };
  let closing: Promise<void> | undefined;
  return (): Promise<void> => {
    closing ??= run();
    return closing;
  };
};

/** Signaling as a whole, on ports that are given to it: what `main.ts` runs and what tests run. */
export const createServer = async (deps: ServerDeps): Promise<SignalingServer> => {
  const { config, log } = deps;
  const metrics = createMetrics();
  const domainDeps: DomainDeps = {
    ...deps,
    metrics,
    processId: deps.processId ?? randomUUID(),
    jwtExpiresIn: config.jwtExpiresIn,
    turn: config.turn,
    dataDir: config.dataDir,
    attachments: config.attachments,
    hasLinkPreviews: config.hasLinkPreviews,
    sendPerSecond: config.rates.sendPerSecond,
    seatGraceMs: deps.seatGraceMs ?? defaultSeatGraceMs,
  };
  const domain = createDomain(domainDeps);
  const capabilities = await deps.media.request('media.getCapabilities', {});
  const app = await createApp({ ...deps, metrics });
  let draining = false;
  refuseWhileDraining(app, () => draining);
  const doors = { deps, domain, domainDeps, app, capabilities };
  registerRoutes(
    doors,
    createHealthDeps(deps, metrics, () => draining),
  );
  const gateway = openGateway(doors);
  const unfollowMedia = await followMedia(domain, domainDeps);
  await domain.access.open();
  domain.attachments.sweeper.open();
  const closeDelivery = await openDelivery(domain, domainDeps);
  const close = createClose({ app, domain, gateway, unfollowMedia, closeDelivery }, () => {
    draining = true;
  });
  return {
    app,
    listen: async () => {
      await listenOn(app, config.host, config.port);
      const address = app.server.address();
      return typeof address === 'object' && address !== null ? address.port : config.port;
    },
    close: async () => {
      await close();
      log.info('signaling closed');
    },
  };
};
