import { randomUUID } from 'node:crypto';
import { AppError } from '@boltorezka/protocol';
import type { FastifyInstance } from 'fastify';
import { type AppDeps, createApp } from './app.ts';
import { startSweeper } from './auth/index.ts';
import { createDomain, type Domain, type DomainDeps, followMedia } from './domain.ts';
import { openDelivery } from './domain-delivery.ts';
import { createHealthDeps, type DoorSettings, openGateway, registerRoutes } from './doors.ts';
import { createLogGeneration } from './log-generation/index.ts';
import { createMetrics, type Metrics } from './platform/metrics.ts';
import type { PreviewWeb } from './previews/index.ts';
import type { Gateway } from './ws/gateway.ts';

export interface ServerDeps
  extends DoorSettings,
    Pick<AppDeps, 'certificate' | 'counter' | 'pageRoot'>,
    Pick<DomainDeps, 'passwordCost'> {
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
  /** Where nobody administers the server: a new code that makes whoever signs up with it the administrator. */
  makeSetupCode(): Promise<string | undefined>;
  /**
   * No new work, clients told, writes in flight committed. The database, the bus and the media node are the caller's to
   * close, after this.
   */
  close(): Promise<void>;
}

/** Design: a lost seat is kept this long. */
const defaultSeatGraceMs = 90_000;

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
  generation: { close(): void };
  unfollowMedia: () => void;
  closeDelivery: () => void;
  sweeper: { close(): void };
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
  { app, domain, gateway, generation, unfollowMedia, closeDelivery, sweeper }: ClosingDeps,
  startDraining: () => void,
) => {
  const run = async (): Promise<void> => {
    startDraining();
    sweeper.close();
    generation.close();
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
    domain.bans.close();
    closeDelivery();
    gateway.drain();
    gateway.close();
    const { clearing, purging, endings, attachments, previews, succession } = domain;
    await Promise.all(
      [clearing, purging, endings, attachments, previews, succession].map((one) => one.close()),
    );
    await closeHttp(app);
  };
  let closing: Promise<void> | undefined;
  return (): Promise<void> => {
    closing ??= run();
    return closing;
  };
};

const toDomainDeps = (deps: ServerDeps, metrics: Metrics): DomainDeps => {
  const { config } = deps;
  return {
    ...deps,
    metrics,
    processId: deps.processId ?? randomUUID(),
    jwtExpiresIn: config.jwtExpiresIn,
    accessTokenTtlS: config.accessTokenTtlS,
    initialRegistration: config.initialRegistration,
    turn: config.turn,
    dataDir: config.dataDir,
    attachments: config.attachments,
    hasLinkPreviews: config.hasLinkPreviews,
    previewPictureBytes: config.previewPictureBytes,
    sendPerSecond: config.rates.sendPerSecond,
    guessesPerHour: config.rates.guessesPerHour,
    seatGraceMs: deps.seatGraceMs ?? defaultSeatGraceMs,
  };
};

/** Opens what runs beside the doors: what follows the media node, the database and the other processes, and what tidies up. */
const openFollowers = async (domain: Domain, domainDeps: DomainDeps) => {
  const generation = createLogGeneration(domainDeps);
  await generation.open();
  const unfollowMedia = await followMedia(domain, domainDeps);
  await domain.access.open();
  domain.bans.open();
  domain.attachments.sweeper.open();
  domain.clearing.open();
  domain.purging.open();
  domain.endings.open();
  const closeDelivery = await openDelivery(domain, domainDeps);
  domain.succession.open();
  const sweeper = startSweeper({
    ...{ repository: domain.authRepository, log: domainDeps.log },
    openSessionIds: () => domain.hub.connections.map(({ identity }) => identity.sessionId),
  });
  return { generation, unfollowMedia, closeDelivery, sweeper };
};

/** Signaling as a whole, on ports that are given to it: what `main.ts` runs and what tests run. */
export const createServer = async (deps: ServerDeps): Promise<SignalingServer> => {
  const { config, log } = deps;
  const metrics = createMetrics();
  const domainDeps = toDomainDeps(deps, metrics);
  const domain = createDomain(domainDeps);
  const capabilities = await deps.media.request('media.getCapabilities', {});
  const app = await createApp({ ...deps, metrics });
  let draining = false;
  refuseWhileDraining(app, () => draining);
  const doors = { deps, domain, domainDeps, app, capabilities };
  registerRoutes(
    doors,
    createHealthDeps(deps, metrics, { isDraining: () => draining, checkFiles: domain.attachments.check }),
  );
  const gateway = openGateway(doors);
  const followers = await openFollowers(domain, domainDeps);
  const close = createClose({ app, domain, gateway, ...followers }, () => {
    draining = true;
  });
  return {
    app,
    makeSetupCode: () => domain.registrations.makeSetupCode(),
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
