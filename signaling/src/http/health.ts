import type { FastifyInstance } from 'fastify';
import type { Logger } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import { answer, type RouteRegistrar } from './route.ts';

export interface Check {
  ok: boolean;
  detail: string;
}

export interface HealthDeps {
  /** Each rejects where the dependency does not answer. */
  pingDatabase: () => Promise<void>;
  pingBus: () => Promise<void>;
  /** How the files are; rejects where their storage does not answer. */
  checkFiles: () => Promise<Check>;
  countMediaWorkers: () => Promise<{ running: number; total: number; deaths: number }>;
  isDraining: () => boolean;
  /** The embedded defaults, which the baseline's `/health` names. */
  isDatabaseEmbedded: boolean;
  isBusLocal: boolean;
  metrics: Metrics;
  log: Logger;
}

const deadlineMs = 2_000;

/** Anybody may ask; the dependencies are asked once in so long, however many ask at once. */
const cacheMs = 1_000;

const createCached = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let latest: { at: number; answer: Promise<T> } | undefined;
  return () => {
    const now = Date.now();
    if (!latest || now - latest.at > cacheMs) latest = { at: now, answer: read() };
    return latest.answer;
  };
};

/** What exactly failed is for the log: drivers name users and addresses. */
const check = async (probe: () => Promise<string | Check>, log: Logger): Promise<Check> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    const found = await Promise.race([probe(), late]);
    return typeof found === 'string' ? { ok: true, detail: found } : found;
  } catch (error) {
    log.warn({ err: error }, 'a dependency does not answer');
    return { ok: false, detail: 'unreachable' };
  } finally {
    clearTimeout(timer);
  }
};

const checkDatabase = (deps: HealthDeps) =>
  check(async () => {
    await deps.pingDatabase();
    return deps.isDatabaseEmbedded ? 'embedded' : 'connected';
  }, deps.log);

const checkBus = (deps: HealthDeps) =>
  check(async () => {
    await deps.pingBus();
    return deps.isBusLocal ? 'embedded' : 'connected';
  }, deps.log);

const checkMedia = (deps: HealthDeps) =>
  check(async () => {
    const { running, total } = await deps.countMediaWorkers();
    if (running === 0) throw new Error(`no worker of ${total} runs`);
    return `${running} of ${total} workers run`;
  }, deps.log);

const readDependencies = async (deps: HealthDeps) => {
  const [database, bus, media, files] = await Promise.all([
    ...([checkDatabase(deps), checkBus(deps), checkMedia(deps)] as const),
    check(deps.checkFiles, deps.log),
  ]);
  return { database, bus, media, files };
};

type Dependencies = Awaited<ReturnType<typeof readDependencies>>;

/** Without its files, as without other processes, it serves all else. */
const readiness = (deps: HealthDeps, { database, bus, media, files }: Dependencies) => {
  const draining = deps.isDraining();
  const serving: Check = { ok: !draining, detail: draining ? 'draining' : 'serving' };
  return { checks: { database, bus, media, files, serving }, ready: database.ok && media.ok && serving.ok };
};

/** The baseline's three words for a dependency. */
const baselineState = ({ ok }: Check, isEmbedded: boolean): 'ok' | 'embedded' | 'error' =>
  ok ? (isEmbedded ? 'embedded' : 'ok') : 'error';

export const registerHealthRoutes = (route: RouteRegistrar, deps: HealthDeps): void => {
  const dependencies = createCached(() => readDependencies(deps));
  route('server.livez', async () => answer(200, { ok: true as const }), 'none');
  route(
    'server.readyz',
    async () => {
      const { checks, ready } = readiness(deps, await dependencies());
      return ready
        ? answer(200, { ready: true as const, checks })
        : answer(503, { ready: false as const, checks });
    },
    'none',
  );
  route(
    'server.health',
    async () => {
      const { database, bus } = await dependencies();
      const db = baselineState(database, deps.isDatabaseEmbedded);
      const redis = baselineState(bus, deps.isBusLocal);
      const status = database.ok && bus.ok ? ('ok' as const) : ('degraded' as const);
      return answer(200, { status, checks: { api: 'ok' as const, db, redis }, ts: new Date().toISOString() });
    },
    'none',
  );
};

/** Prometheus text. Gauges of other planes are read when asked for, once in so long. */
export const registerMetricsRoute = (
  app: FastifyInstance,
  deps: HealthDeps,
  limitPerMinute: number,
): void => {
  const count = createCached(() =>
    deps.countMediaWorkers().catch(() => ({ running: 0, total: 0, deaths: 0 })),
  );
  const config = { rateLimit: { max: limitPerMinute, timeWindow: '1 minute', groupId: 'rest' } };
  app.get('/metrics', { config }, async (_request, reply) => {
    const workers = await count();
    deps.metrics.mediaWorkers.set(workers.running);
    deps.metrics.mediaWorkerDeaths.set(workers.deaths);
    return reply.type(deps.metrics.registry.contentType).send(await deps.metrics.registry.metrics());
  });
};
