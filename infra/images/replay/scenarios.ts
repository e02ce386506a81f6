import assert from 'node:assert/strict';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../setup/context.mjs';
import type { Image } from './build.ts';
import { parseCompose, parseEnvFile, parsePublished, type Service } from './compose.ts';
import { createNetwork, prepareNetworking, removeNetwork } from './network.ts';
import { publishPort } from './publish.ts';
import { createReport } from './report.ts';
import { createMounts } from './sandbox.ts';
import {
  checkConfined,
  checkHealthy,
  checkRefused,
  checkStops,
  containerAddress,
  type Scenario,
  serviceOf,
  start,
} from './scenario.ts';
import { type ExpectedHealth, runSmoke } from './smoke.ts';
import { startPostgres, startRedis } from './stand-ins.ts';
import { assertMediaPorts } from './verdicts.ts';
import { checkVoice } from './voice-check.ts';

const NOT_EMBEDDED: ExpectedHealth = { api: 'ok', db: 'ok', redis: 'ok' };
const EMBEDDED: ExpectedHealth = { api: 'ok', db: 'embedded', redis: 'embedded' };

/** Runs the images as the compose file does, then the server alone and the relay. */
export const runScenarios = async (
  ctx: Context,
  images: Record<string, Image>,
  { contextRoot, scratch }: { contextRoot: string; scratch: string },
): Promise<boolean> => {
  const read = (name: string) => readFileSync(join(contextRoot, name), 'utf8');
  const env = parseEnvFile(read('.env.example'));
  const composeWith: Scenario['composeWith'] = (other = {}) =>
    parseCompose(read('docker-compose.yml'), (name) => other[name] ?? env[name]);
  const { payload: voiceJoin } = JSON.parse(read('protocol/fixtures/client/voice.join.json'));
  // The stand-ins run as users of their own, and reach their folders through this one.
  chmodSync(scratch, 0o711);
  const mounts = createMounts(ctx);
  const report = createReport(ctx);
  try {
    await prepareNetworking(ctx, mounts);
    for (const run of [runAsComposed, runAlone, runRelay]) {
      ctx.assertRunning();
      const network = await createNetwork(ctx, 'api', composeWith().networks);
      const closers: Scenario['closers'] = [() => removeNetwork(ctx, 'api')];
      try {
        await run({ ctx, report, images, composeWith, network, voiceJoin, scratch, closers });
      } finally {
        for (const close of closers.reverse()) await close();
      }
    }
  } finally {
    await mounts.close();
  }
  return report.failures === 0;
};

const runAsComposed = async (scenario: Scenario): Promise<void> => {
  const { ctx, report, network, closers } = scenario;
  ctx.print('• docker-compose.yml with .env.example for .env, unedited');
  const { service, image } = serviceOf(scenario, 'api');
  const address = await startStandIns(scenario);
  const hosts = { postgres: address, redis: address };
  const container = await start(scenario, { name: 'api', image, service, hosts });
  if (!(await checkHealthy(scenario, container, image))) return;
  const ports = (service.ports ?? []).flatMap(parsePublished);
  const isWeb = ({ containerPort }: { containerPort: number }) =>
    String(containerPort) === image.config.env.PORT;
  await report.check('smoke and voice through the published ports', async () => {
    for (const port of ports) closers.push((await publishPort(port, containerAddress(network))).close);
    const url = `http://localhost:${ports.find(isWeb)?.hostPort}`;
    return smokeAndVoice(scenario, url, { health: NOT_EMBEDDED });
  });
  const media = ports.filter((port) => !isWeb(port));
  await report.check('media ports', async () => assertMediaPorts(container, media));
  await checkConfined(scenario, container, { image, writable: writableIn(service) });
  await checkStops(scenario, container, image);
  const production = serviceOf(scenario, 'api', { NODE_ENV: 'production' });
  await checkRefused(scenario, { name: 'production without a secret', ...production, hosts }, 'JWT_SECRET');
};

/** Starts what stands in for the database and Redis, where the container reaches both; gives that address. */
const startStandIns = async ({
  ctx,
  report,
  composeWith,
  network,
  scratch,
  closers,
}: Scenario): Promise<string> => {
  const { postgres, redis } = composeWith().services;
  const address = network.networks.inside?.machine ?? '';
  await report.check('stand-ins for postgres and redis, healthy by the compose file', async () => {
    assert.ok(postgres && redis, 'docker-compose.yml has no postgres or redis');
    const place = (name: string) => ({ address, folder: join(scratch, name) });
    closers.push((await startPostgres(ctx, { service: postgres, ...place('postgres') })).close);
    closers.push((await startRedis(ctx, { service: redis, ...place('redis') })).close);
    return '';
  });
  return address;
};

const runAlone = async (scenario: Scenario): Promise<void> => {
  const { ctx, report, network } = scenario;
  ctx.print('• the image alone, without a variable: PostgreSQL of its own, as the same user');
  const { service: composed, image } = serviceOf(scenario, 'api');
  const service = { ...composed, environment: {} };
  const url = `http://${containerAddress(network)}:${image.config.env.PORT}`;
  for (const isNew of [true, false]) {
    const container = await start(scenario, { name: 'alone', image, service });
    if (!(await checkHealthy(scenario, container, image))) return;
    const what = isNew ? 'smoke and voice' : 'smoke and voice after a restart, with the account of before';
    await report.check(what, () => smokeAndVoice(scenario, url, { health: EMBEDDED, isNew }));
    await checkConfined(scenario, container, { image, writable: writableIn(service) });
    await checkStops(scenario, container, image);
    await container.close();
  }
};

const runRelay = async (scenario: Scenario): Promise<void> => {
  const { ctx, network } = scenario;
  ctx.print('• the relay of profile turn');
  const unedited = { name: 'turn by .env.example', ...serviceOf(scenario, 'turn') };
  await checkRefused(scenario, unedited, 'secret');
  // An address of this machine that is not its loopback, as the relay demands.
  const address = network.networks.inside?.machine ?? '';
  const env = { TURN_SECRET: 'a-secret-for-the-replay-alone', ANNOUNCED_ADDRESS: address };
  const { service, image } = serviceOf(scenario, 'turn', env);
  const container = await start(scenario, { name: 'turn', image, service });
  if (!(await checkHealthy(scenario, container, image))) return;
  await checkConfined(scenario, container, { image, writable: writableIn(service) });
  await checkStops(scenario, container, image);
};

/** What the compose file lets a service write to. */
const writableIn = ({ tmpfs = [], volumes = [] }: Service): string[] => [
  ...tmpfs.map((entry) => entry.split(':')[0] ?? ''),
  ...volumes.map((entry) => entry.split(':')[1] ?? ''),
];

/** The README's smoke, then a seat in voice whose media ports answer. */
const smokeAndVoice = async (
  { voiceJoin }: Scenario,
  url: string,
  expected: Parameters<typeof runSmoke>[1],
): Promise<string> => {
  const { seen, token } = await runSmoke(url, expected);
  return `${url}: ${seen.join(', ')}, ICE answered at ${await checkVoice(url, token, voiceJoin)}`;
};
