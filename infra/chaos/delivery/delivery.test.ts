import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedStage } from './embedded-stage.ts';
import type { Fault } from './fault.ts';
import { embeddedFaults, splitFaults } from './faults.ts';
import { defaultSettings, leastAcked, runDelivery } from './run.ts';
import { startSplitStage } from './split-stage.ts';
import type { DeliveryStage } from './stage.ts';

/** A fifth of the times, and ten times the limits: whether everything is delivered, not how fast. */
const short = {
  ...defaultSettings,
  scale: 0.2,
  sdkClients: 1,
  perSecond: 25,
  steadyMs: 700,
  patienceMs: 20_000,
};
const tolerance = 10;

const people = 4;

const proveWhole = async <S extends DeliveryStage>(stage: S, fault: Fault<S>): Promise<void> => {
  const { verdict, recoveriesMs, tookMs } = await runDelivery(stage, fault, short);
  const { attempted, acked, observed, ...faults } = verdict;
  const worstMs = Math.max(...recoveriesMs);
  console.log(
    `${fault.name}: attempted ${attempted}, acked ${acked}, observed ${observed}; whole after ${Math.round(worstMs)} ms; ${Math.round(tookMs)} ms`,
  );
  expect(faults).toEqual({ lost: [], invented: [], doubled: [], reordered: [] });
  // A run in which nothing is written proves nothing.
  expect(acked).toBeGreaterThan(leastAcked(short));
  expect(worstMs).toBeLessThan(fault.limitMs * tolerance);
};

describe('what people write to each other in one process', () => {
  let stage: Awaited<ReturnType<typeof startEmbeddedStage>>;
  beforeAll(async () => {
    stage = await startEmbeddedStage(people);
  });
  afterAll(() => stage?.close());

  it.each(embeddedFaults.map((fault) => [fault.name, fault] as const))(
    '%s: nothing is lost, invented, doubled or reordered',
    async (_, fault) => proveWhole(stage, fault),
    90_000,
  );
});

describe('what people write to each other over two processes', () => {
  let stage: Awaited<ReturnType<typeof startSplitStage>>;
  beforeAll(async () => {
    stage = await startSplitStage(people);
  }, 120_000);
  afterAll(() => stage?.close());

  it.each(splitFaults.map((fault) => [fault.name, fault] as const))(
    '%s: nothing is lost, invented, doubled or reordered',
    async (_, fault) => proveWhole(stage, fault),
    90_000,
  );
});
