import type { FastifyInstance } from 'fastify';
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
  countMediaWorkers: () => Promise<{ running: number; total: number; deaths: number }>;
  isDraining: () => boolean;
  /** The embedded defaults, which the baseline's `/health` names. */
  isDatabaseEmbedded: boolean;
  isBusLocal: boolean;
  metrics: Metrics;
}

const deadlineMs = 2_000;

const check = async (probe: () => Promise<string>): Promise<Check> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    return { ok: true, detail: await Promise.race([probe(), late]) };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : 'failed' };
  } finally {
    clearTimeout(timer);
  }
};

const checkDatabase = (deps: HealthDeps) =>
  check(async () => {
    await deps.pingDatabase();
    return deps.isDatabaseEmbedded ? 'embedded' : 'connected';
  });

const checkBus = (deps: HealthDeps) =>
  check(async () => {
    await deps.pingBus();
    return deps.isBusLocal ? 'embedded' : 'connected';
  });

const checkMedia = (deps: HealthDeps) =>
  check(async () => {
    const { running, total } = await deps.countMediaWorkers();
    if (running === 0) throw new Error(`no worker of ${total} runs`);
    return `${running} of ${total} workers run`;
  });

const readiness = async (deps: HealthDeps) => {
  const [database, bus, media] = await Promise.all([checkDatabase(deps), checkBus(deps), checkMedia(deps)]);
  const draining = deps.isDraining();
  const serving: Check = { ok: !draining, detail: draining ? 'draining' : 'serving' };
  return { checks: { database, bus, media, serving }, ready: database.ok && media.ok && serving.ok };
};

/** The baseline's three words for a dependency. */
const baselineState = ({ ok }: Check, isEmbedded: boolean): 'ok' | 'embedded' | 'error' =>
  ok ? (isEmbedded ? 'embedded' : 'ok') : 'error';

export const registerHealthRoutes = (route: RouteRegistrar, deps: HealthDeps): void => {
  route('server.livez', async () => answer(200, { ok: true as const }), 'none');
  route(
    'server.readyz',
    async () => {
      const { checks, ready } = await readiness(deps);
      return ready
        ? answer(200, { ready: true as const, checks })
        : answer(503, { ready: false as const, checks });
    },
    'none',
  );
  route(
    'server.health',
    async () => {
      const [database, bus] = await Promise.all([checkDatabase(deps), checkBus(deps)]);
      const db = baselineState(database, deps.isDatabaseEmbedded);
      const redis = baselineState(bus, deps.isBusLocal);
      const status = database.ok && bus.ok ? ('ok' as const) : ('degraded' as const);
      return answer(200, { status, checks: { api: 'ok' as const, db, redis }, ts: new Date().toISOString() });
    },
    'none',
  );
};

/** Prometheus text. Gauges of other planes are read when asked for. */
export const registerMetricsRoute = (app: FastifyInstance, deps: HealthDeps): void => {
  app.get('/metrics', async (_request, reply) => {
    const workers = await deps.countMediaWorkers().catch(() => ({ running: 0, total: 0, deaths: 0 }));
    deps.metrics.mediaWorkers.set(workers.running);
    deps.metrics.mediaWorkerDeaths.set(workers.deaths);
    return reply.type(deps.metrics.registry.contentType).send(await deps.metrics.registry.metrics());
  });
};
