import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromiumPath } from '../../../web/e2e/browser.ts';
import { untilSettled } from '../namespace.ts';

const sh = (script: string): Promise<unknown> => promisify(execFile)('sh', ['-ec', script]);

type Link = 'a' | 'b';
const numberOf: Record<Link, number> = { a: 1, b: 2 };

/** A device that is at one of two networks, and the server behind both of them. */
export interface Networks {
  /** Starts Chromium on the device. */
  readonly executablePath: string;
  /** Takes the device from the network that it is at to the other one; for no moment it has both. */
  roam(): Promise<void>;
  close(): void;
}

const serverSide = (pid: number): string => `
  for n in 1 2; do
    ip link add to$n type veth peer name net$n
    ip link set net$n netns ${pid}
    ip address add 10.98.$n.1/24 dev to$n
    ip link set to$n up
  done`;

const deviceSide = `
  ip link set lo up`;

const connect = (link: Link): string => {
  const n = numberOf[link];
  return `ip address add 10.98.${n}.2/24 dev net${n}; ip link set net${n} up; ip route replace default via 10.98.${n}.1 dev net${n}`;
};

const disconnect = (link: Link): string => {
  const name = `net${numberOf[link]}`;
  return `ip address flush dev ${name}; ip link set ${name} down`;
};

/** Inside of a network namespace that was made for it. */
export const createNetworks = async (): Promise<Networks> => {
  const holder = spawn('unshare', ['--net', 'sleep', 'infinity']);
  const { pid } = holder;
  if (pid === undefined) throw new Error('unshare cannot be started: install the package util-linux.');
  const enter = `nsenter --net=/proc/${pid}/ns/net`;
  const onDevice = (script: string) => sh(`exec ${enter} sh -ec '${script}'`);
  const folder = mkdtempSync(join(tmpdir(), 'boltorezka-networks-'));
  const executablePath = join(folder, 'chromium');
  writeFileSync(executablePath, `#!/bin/sh\nexec ${enter} ${chromiumPath} "$@"\n`);
  chmodSync(executablePath, 0o755);
  // The namespace is there when the holder has become what it starts.
  await sh(`until grep -q sleep /proc/${pid}/comm; do :; done`);
  await sh(serverSide(pid));
  await onDevice(`${deviceSide}\n${connect('a')}\n${untilSettled('net1')}`);
  await sh(untilSettled('to1'));
  let at: Link = 'a';
  return {
    executablePath,
    roam: async () => {
      const next = at === 'a' ? 'b' : 'a';
      await onDevice(`${disconnect(at)}; ${connect(next)}`);
      at = next;
    },
    close: () => {
      holder.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
