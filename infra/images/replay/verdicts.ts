import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Image } from './build.ts';
import type { PublishedPort } from './compose.ts';
import type { Container } from './container.ts';
import { boundPorts, processesBeside } from './inspect.ts';
import { resolveUser } from './sandbox.ts';

/** Asks the image's own health check in the container, as often as it says, until it is content. */
export const untilHealthy = async (container: Container, { config }: Image): Promise<void> => {
  const check = config.healthcheck;
  assert.ok(check, 'the image has no health check');
  const deadline = performance.now() + check.startPeriodMs + check.retries * check.intervalMs;
  for (;;) {
    if (container.hasExited()) throw new Error(`it ended with ${(await container.exited).code}`);
    const startedAt = performance.now();
    const { code } = await container.exec(check.command);
    if (code === 0 && performance.now() - startedAt < check.timeoutMs) return;
    if (performance.now() > deadline) throw new Error('it did not become healthy in time');
    await delay(check.startIntervalMs);
  }
};

/** Every media port that is published has to be bound in the container, by both protocols. */
export const assertMediaPorts = (container: Container, published: PublishedPort[]): string => {
  assert.ok(published.length > 0, 'no media port is published');
  const bound = { tcp: boundPorts(container.pid, 'tcp'), udp: boundPorts(container.pid, 'udp') };
  for (const { protocol, hostPort, containerPort } of published) {
    assert.ok(bound[protocol].has(containerPort), `${containerPort}/${protocol} is published and not bound`);
    assert.equal(hostPort, containerPort, 'clients are told the port inside');
  }
  const numbers = published.map(({ containerPort }) => containerPort);
  return `${Math.min(...numbers)} to ${Math.max(...numbers)}, UDP and TCP`;
};

/** Every process runs as the image's user, and can get no privilege at all. */
export const assertConfined = (container: Container, { config }: Image): string => {
  const { uid, gid } = resolveUser(container.root, config.user);
  assert.notEqual(uid, 0, 'it runs as root');
  const processes = processesBeside(container.pid);
  for (const { name, uids, gids, capabilities, noNewPrivileges } of processes) {
    assert.deepEqual([uids, gids], [String(uid), String(gid)], `${name} runs as ${uids}:${gids}`);
    assert.deepEqual(capabilities, [], `${name} has capabilities`);
    assert.ok(noNewPrivileges, `${name} may gain privileges`);
  }
  const names = [...new Set(processes.map(({ name }) => name))];
  return `${processes.length} processes (${names.join(', ')}), each ${uid}:${gid}, without capabilities, no new privileges`;
};

/** What the kernel keeps in /proc, /sys and /dev is no file of the image. */
const PRUNED = ['/proc', '/sys', '/dev'];

/** Nothing but the named folders may be written to by the image's user, and nothing of the image even by root. */
export const assertReadOnly = async (container: Container, allowed: string[]): Promise<string> => {
  const prune = [...PRUNED, ...allowed].flatMap((path) => ['-path', path, '-prune', '-o']);
  const { output } = await container.exec(['find', '/', ...prune, '-writable', '!', '-type', 'l', '-print']);
  const writable = output.split('\n').filter((line) => line.startsWith('/'));
  assert.equal(writable.length, 0, `can be written to: ${writable.slice(0, 5).join(' ')}`);
  for (const path of allowed) {
    const touch = await container.exec(['/bin/sh', '-c', `touch ${path}/trial && rm ${path}/trial`]);
    assert.equal(touch.code, 0, `${path} cannot be written to: ${touch.output}`);
  }
  const asRoot = await container.exec(['touch', '/app/trial', '/usr/trial', '/etc/trial'], 'as root');
  assert.equal(
    asRoot.output.match(/Read-only file system/g)?.length,
    3,
    `root could write: ${asRoot.output}`,
  );
  return `only ${allowed.join(' and ')}; root is refused too`;
};
