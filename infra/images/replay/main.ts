// `npm run image:replay [-- --fresh] [-- --keep]`: builds the images of docker-compose.yml by their Dockerfiles, without a
// container engine, and tries them as that file would run them. --fresh makes their Debian anew, --keep leaves the layers.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages } from '../../setup/apt.mjs';
import { type Context, runEntry } from '../../setup/context.mjs';
import { InterruptedError, SetupError } from '../../setup/errors.mjs';
import { TYPESCRIPT_FLAGS } from '../../setup/prepare.mjs';
import { isSameProcess, thisProcess } from '../../setup/process-identity.mjs';
import { seconds } from '../../setup/run.mjs';
import type { InsideOptions } from './inside.ts';

const PREFIX = 'boltorezka-image-';

/** What a shell adds to the number of the signal that ended a program. */
const SIGNAL_BASE = 128;

const NEEDED_PACKAGES = {
  debootstrap: 'makes a Debian root',
  iproute2: "the container's network",
  'postgresql-15': 'stands in for the image of PostgreSQL',
  'redis-server': 'stands in for the image of Redis',
};

const NOT_REPLAYED = [
  'the images of PostgreSQL and Redis: the packages of Debian stand in, told what docker-compose.yml tells the images',
  "the images of Debian and Node: debootstrap's minimal Debian stands in, with Node and npm from the npm registry",
  'publishing of ports and the isolation of networks by a firewall (here a proxy), names by DNS (here /etc/hosts)',
  "the engine's seccomp and AppArmor profiles, memory limits, restarts, and the cache of layers",
];

await runEntry({
  args: process.argv.slice(2),
  main: async (ctx, args) => {
    const startedAt = performance.now();
    assertPossible(args);
    await installPackages(ctx, { purpose: 'replaying the images', packages: NEEDED_PACKAGES });
    removeLeftovers(ctx);
    const scratch = mkdtempSync(join(tmpdir(), PREFIX));
    try {
      writeFileSync(join(scratch, 'owner.json'), JSON.stringify(thisProcess()));
      const passed = await replay(ctx, args, scratch);
      for (const line of NOT_REPLAYED) ctx.print(`– not replayed: ${line}`);
      ctx.print(
        `${passed ? '✔' : '✘'} image:replay — ${passed ? 'passed' : 'failed'} in ${seconds(performance.now() - startedAt)}`,
      );
      return passed ? 0 : 1;
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error;
      ctx.print(`✘ ${error.message}; nothing of it goes on`);
      return SIGNAL_BASE + constants.signals[error.signal];
    } finally {
      if (args.includes('--keep')) keep(ctx, scratch);
      else rmSync(scratch, { recursive: true, force: true });
    }
  },
});

function assertPossible(args: string[]): void {
  const unknown = args.find((arg) => !['--fresh', '--keep'].includes(arg));
  if (unknown)
    throw new SetupError(`unknown option ${unknown}`, { todo: 'the options are --fresh and --keep' });
  if (process.platform === 'linux' && process.getuid?.() === 0) return;
  throw new SetupError('images can be replayed on Linux and by root alone', {
    meaning: 'It takes namespaces and mounts. Elsewhere an engine builds and runs them.',
    todo: 'cp .env.example .env && docker compose up --build',
  });
}

/** Folders of replays that were killed. Their mounts went with them. */
function removeLeftovers(ctx: Context): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    if (isOwned(folder)) continue;
    rmSync(folder, { recursive: true, force: true });
    ctx.print(`✔ removed ${folder}, which a replay left that was killed`);
  }
}

function keep(ctx: Context, scratch: string): void {
  writeFileSync(join(scratch, 'owner.json'), JSON.stringify({ kept: true }));
  ctx.print(`• the layers are kept in ${scratch}`);
}

/** Whether it belongs to a replay that runs, or was kept on purpose. */
function isOwned(folder: string): boolean {
  try {
    const owner = JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8'));
    return owner.kept === true || isSameProcess(owner);
  } catch {
    return false;
  }
}

async function replay(ctx: Context, args: string[], scratch: string): Promise<boolean> {
  const shared = {
    contextRoot: ctx.root,
    scratch,
    fresh: args.includes('--fresh'),
  };
  const built = await runInside(ctx, { ...shared, phase: 'build' });
  return built && runInside(ctx, { ...shared, phase: 'run' });
}

/** Runs a phase in namespaces of its own, the second with a network that has nothing of this machine's. */
async function runInside(ctx: Context, options: InsideOptions): Promise<boolean> {
  ctx.assertRunning();
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  if (options.phase === 'run') namespaces.push('--net');
  const program = fileURLToPath(new URL('inside.ts', import.meta.url));
  const command = [process.execPath, ...TYPESCRIPT_FLAGS, program, JSON.stringify(options)];
  const child = spawn('unshare', [...namespaces, ...command], {
    env: ctx.env,
    stdio: ['pipe', 'inherit', 'inherit'],
    detached: true,
  });
  // With its first process a pid namespace ends, and with the last process the mounts and the network do.
  const stop = () => child.kill('SIGKILL');
  ctx.stopping.addEventListener('abort', stop);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    ctx.assertRunning();
    return code === 0;
  } finally {
    ctx.stopping.removeEventListener('abort', stop);
  }
}
