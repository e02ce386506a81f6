import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { explaining, SetupError } from './errors.mjs';
import { seconds } from './run.mjs';
import { SYSTEM_GUARDS, withServicesHeld } from './service-guard.mjs';

// Another apt may be at work: unattended upgrades, for one, right after boot.
const LOCK_TIMEOUT_S = 300;

/** apt-get's exit code for errors; a plan that was merely not agreed to ends with 1. */
const APT_ERROR = 100;

/** Units that the packages we install would have started now, and at the next boot. */
const SERVICES = new Map([
  ['coturn', 'coturn.service'],
  ['redis-server', 'redis-server.service'],
  ['postgresql-15', 'postgresql.service'],
]);

/** @param {NodeJS.ProcessEnv} env */
const quiet = (env) => ({ ...env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' });

/**
 * Which of these packages are not installed. On a machine without dpkg, all.
 *
 * @param {import('./context.mjs').Context} ctx
 * @param {string[]} names
 */
export async function missingPackages(ctx, names) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own syntax for fields.
  const format = '${Package} ${db:Status-Status}\n';
  const { stdout } = await ctx.processes.capture('dpkg-query', ['-W', '-f', format, ...names], {
    env: quiet(ctx.env),
  });
  const installed = new Set(
    stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name));
}

/**
 * @typedef {object} Wish
 * @property {string} purpose what they are for, after "for"
 * @property {Record<string, string>} packages what each is
 * @property {string} [otherwise] another way than installing them
 */

/**
 * Installs what is missing of the packages: says so first, asks on a terminal, and lets no service start.
 *
 * @param {import('./context.mjs').Context} ctx
 * @param {Wish} wish
 */
export async function installPackages(ctx, wish) {
  const missing = await missingPackages(ctx, Object.keys(wish.packages));
  if (missing.length === 0) return;
  assertAllowed(ctx, wish, missing);
  await announce(ctx, wish, missing);
  const startedAt = performance.now();
  await withServicesHeld(SYSTEM_GUARDS, () => install(ctx, missing));
  await disableServices(ctx, missing);
  ctx.print(`✔ system packages for ${wish.purpose} — installed in ${seconds(performance.now() - startedAt)}`);
}

/**
 * @param {import('./context.mjs').Context} ctx
 * @param {Wish} wish
 * @param {string[]} missing
 */
function assertAllowed(ctx, wish, missing) {
  const isRoot = process.getuid?.() === 0;
  const hasApt = isOnPath('apt-get', ctx.env);
  if (isRoot && hasApt) return;
  const lines = missing.map((name) => `missing: ${name} (${wish.packages[name]})`);
  const otherwise = wish.otherwise ? [`or ${wish.otherwise}`] : [];
  throw new SetupError(
    hasApt
      ? 'system packages — some are missing, and only root may install them'
      : 'system packages — some are missing, and there is no apt-get here to install them with',
    {
      meaning: `They are needed for ${wish.purpose}.\n  ${lines.join('\n  ')}`,
      todo: hasApt
        ? [`sudo apt-get install --no-install-recommends ${missing.join(' ')}`, ...otherwise]
        : ["install your system's packages of the same things", ...otherwise],
    },
  );
}

/**
 * @param {string} command
 * @param {NodeJS.ProcessEnv} env
 */
function isOnPath(command, env) {
  return (env.PATH ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * What apt would do, without doing it. Package lists are fetched first where something is not in them: a fresh container
 * has none at all.
 *
 * @param {import('./context.mjs').Context} ctx
 * @param {string[]} names
 * @returns {Promise<string>} in apt's words
 */
async function plan(ctx, names) {
  const args = ['--assume-no', '--no-install-recommends', 'install', ...names];
  const simulate = () => ctx.processes.capture('apt-get', args, { env: quiet(ctx.env) });
  const first = await simulate();
  if (first.code !== APT_ERROR) return first.output;
  await updateLists(ctx);
  return (await simulate()).output;
}

/** @param {import('./context.mjs').Context} ctx */
async function updateLists(ctx) {
  await explaining(() => apt(ctx, ['update']), {
    meaning: 'The lists of available packages could not be fetched.',
    todo: 'check the network and /etc/apt/sources.list.d, then start again',
  });
}

/**
 * @param {import('./context.mjs').Context} ctx
 * @param {Wish} wish
 * @param {string[]} missing
 */
async function announce(ctx, wish, missing) {
  const output = await plan(ctx, missing);
  const count = /(\d+) newly installed/.exec(output)?.[1];
  const download = /^Need to get (\S+ [^\s/]+)/m.exec(output)?.[1];
  ctx.print(`• system packages for ${wish.purpose}: ${missing.join(' ')}`);
  const size = [count && `${count} with what they depend on`, download && `${download} to download`].filter(
    Boolean,
  );
  ctx.print(`  ${[...size, 'no service will be started or enabled'].join('; ')}`);
  if (ctx.mayAsk && !(await isAgreed(ctx))) throw declined(wish, missing);
}

/** @param {import('./context.mjs').Context} ctx */
async function isAgreed(ctx) {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new AbortController();
  // readline takes Ctrl-C for itself while it asks; Ctrl-D is a no.
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  terminal.once('close', () => closed.abort());
  try {
    const signal = AbortSignal.any([closed.signal, ctx.stopping]);
    const answer = await terminal.question('  Install them? [Y/n] ', { signal });
    return /^(y|yes|)$/i.test(answer.trim());
  } catch {
    ctx.assertRunning();
    return false;
  } finally {
    terminal.close();
  }
}

/**
 * @param {Wish} wish
 * @param {string[]} missing
 */
function declined(wish, missing) {
  return new SetupError('system packages — not installed, as you said', {
    meaning: `They are needed for ${wish.purpose}.`,
    todo: [
      `apt-get install --no-install-recommends ${missing.join(' ')}`,
      ...(wish.otherwise ? [`or ${wish.otherwise}`] : []),
    ],
  });
}

/**
 * @param {import('./context.mjs').Context} ctx
 * @param {string[]} names
 */
async function install(ctx, names) {
  const args = ['install', '--yes', '--no-install-recommends', ...names];
  try {
    await apt(ctx, args);
  } catch {
    ctx.assertRunning();
    // Lists that are days old name versions that the mirror no longer has.
    ctx.print('  not every package could be fetched: refreshing the package lists and trying once more');
    await updateLists(ctx);
    await explaining(() => apt(ctx, args), {
      meaning: 'The system packages are not installed.',
      todo: `mend what apt complains of, or try it by hand: apt-get ${args.join(' ')}`,
    });
  }
}

/**
 * @param {import('./context.mjs').Context} ctx
 * @param {string[]} args
 */
async function apt(ctx, args) {
  const options = [
    '-q',
    '-o',
    `DPkg::Lock::Timeout=${LOCK_TIMEOUT_S}`,
    '-o',
    'Dpkg::Options::=--force-confold',
  ];
  await ctx.processes.run('apt-get', [...options, ...args], {
    env: quiet(ctx.env),
    logPath: ctx.logPath('apt'),
    gentle: true,
  });
}

/**
 * A held service would still come up with the next boot, since Debian enables what it installs.
 *
 * @param {import('./context.mjs').Context} ctx
 * @param {string[]} installed
 */
async function disableServices(ctx, installed) {
  const units = installed.flatMap((name) => SERVICES.get(name) ?? []);
  if (units.length === 0 || !isOnPath('systemctl', ctx.env)) return;
  await ctx.processes.capture('systemctl', ['disable', '--quiet', ...units], { env: quiet(ctx.env) });
}
