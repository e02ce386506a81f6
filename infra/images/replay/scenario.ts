import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Context } from '../../setup/context.mjs';
import type { Image } from './build.ts';
import type { ComposeFile, Service } from './compose.ts';
import { type Container, startContainer } from './container.ts';
import type { ContainerNetwork } from './network.ts';
import type { Report } from './report.ts';
import { assertConfined, assertReadOnly, untilHealthy } from './verdicts.ts';

/** The promise of the runtime contract. */
const STOPS_WITHIN_MS = 10_000;

/** How long a start that is to be refused may take. */
const REFUSES_WITHIN_MS = 20_000;

export interface Scenario {
  ctx: Context;
  report: Report;
  /** By service. */
  images: Record<string, Image>;
  /** The compose file by .env.example, with some of its values replaced. */
  composeWith: (env?: Record<string, string>) => ComposeFile;
  network: ContainerNetwork;
  /** What a client sends to join voice. */
  voiceJoin: unknown;
  scratch: string;
  /** What is opened is closed in reverse, whatever happens between. */
  closers: (() => Promise<void>)[];
}

export interface Start {
  /** Containers of one name find each other's volumes. */
  name: string;
  image: Image;
  service: Service;
  hosts?: Record<string, string>;
}

/** A service of the compose file, with its image. */
export const serviceOf = (
  { composeWith, images }: Scenario,
  name: string,
  env?: Record<string, string>,
): { service: Service; image: Image } => {
  const service = composeWith(env).services[name];
  const image = images[name];
  assert.ok(service && image, `docker-compose.yml builds no service ${name}`);
  return { service, image };
};

/** Starts a container; it is closed with the scenario. */
export const start = async (
  scenario: Scenario,
  { name, image, service, hosts = {} }: Start,
): Promise<Container> => {
  const { ctx, report, network, scratch, closers } = scenario;
  // On the network of the machine, which is this namespace's, or on its own.
  const path = service.network_mode === 'host' ? '/proc/self/ns/net' : network.path;
  const folder = join(scratch, 'containers', name);
  const container = await startContainer(ctx, { image, service, folder, network: path, hosts });
  report.watch(container);
  closers.push(container.close);
  return container;
};

/** Where this side reaches the container. */
export const containerAddress = ({ networks }: ContainerNetwork): string =>
  Object.values(networks)[0]?.container ?? '';

export const checkHealthy = ({ report }: Scenario, container: Container, image: Image): Promise<boolean> =>
  report.check('healthy by its HEALTHCHECK', async () => {
    await untilHealthy(container, image);
    return '';
  });

/** Whether it can do no more than it has to. */
export const checkConfined = async (
  { report }: Scenario,
  container: Container,
  { image, writable }: { image: Image; writable: string[] },
): Promise<void> => {
  await report.check('privileges', async () => assertConfined(container, image));
  await report.check('read-only', () => assertReadOnly(container, writable));
};

export const checkStops = ({ report }: Scenario, container: Container, image: Image): Promise<boolean> =>
  report.check(`ends by ${image.config.stopSignal}`, async () => {
    const { code, tookMs } = await container.stop(STOPS_WITHIN_MS);
    assert.equal(code, 0, `it ended with ${code} after ${Math.round(tookMs)} ms`);
    return `exit 0 after ${Math.round(tookMs)} ms`;
  });

/** Starts what must not start, and must say which variable is to blame. */
export const checkRefused = (scenario: Scenario, what: Start, variable: string): Promise<boolean> =>
  scenario.report.check(`${what.name} is refused, and ${variable} named`, async () => {
    const container = await start(scenario, what);
    const timer = setTimeout(() => void container.close(), REFUSES_WITHIN_MS);
    const { code } = await container.exited;
    clearTimeout(timer);
    const said = container.output().trim();
    assert.ok(said.includes(variable), 'it names something else');
    assert.ok(code !== 0 && code !== null, `it ended with ${code}`);
    return `code ${code}: ${said
      .split('\n')
      .find((line) => line.includes(variable))
      ?.trim()}`;
  });
