import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandError, explaining, SetupError } from './errors.mjs';
import { seconds } from './run.mjs';
import { removeLeftGuards, SYSTEM_GUARDS, withServicesHeld } from './service-guard.mjs';
import { withUnitsDisabled } from './units.mjs';

// Another apt may be at work: unattended upgrades, for one, right after boot.
const LOCK_TIMEOUT_S = 300;

/** apt-get's exit code for errors, such as a package that is in none of its lists. */
const APT_ERROR = 100;

/** @param {NodeJS.ProcessEnv} env */
function quiet(env) {
  // dpkg refuses to work without these, and a plain `su` does not bring them.
  const PATH = [env.PATH, '/usr/local/sbin', '/usr/sbin', '/sbin'].filter(Boolean).join(path.delimiter);
  return { ...env, PATH, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
}

/**
 * Which of these packages are not installed. On a machine without dpkg, all.
 *
 * @param {import('./context.mjs').Context} ctx
 * @param {string[]} names
 */
export async function missingPackages(ctx, names) {
  if (names.length === 0) return [];
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
 * @property {{ purpose: string, packages: Record<string, string> }} [later] what a later step may need: where nothing
 *   can be installed, one message names all
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
  await assertAllowed(ctx, wish, missing);
  await announce(ctx, wish, missing);
  const startedAt = performance.now();
  const tools = { processes: ctx.processes, env: quiet(ctx.env) };
  await withServicesHeld(
    SYSTEM_GUARDS,
    () => withUnitsDisabled(tools, missing, () => install(ctx, missing)),
    waitingFor(ctx),
  );
  ctx.print(`✔ system packages for ${wish.purpose} — installed in ${seconds(performance.now() - startedAt)}`);
}

/**
 * Puts right what a set-up left that was killed while it installed packages. Only root ever does.
 *
 * @param {import('./context.mjs').Context} ctx
 */
export async function tidyAfterKilled(ctx) {
  if (process.getuid?.() !== 0) return;
  const removed = await removeLeftGuards(SYSTEM_GUARDS, waitingFor(ctx));
  for (const file of removed) ctx.print(`✔ removed ${file}, which a set-up left that was killed`);
}

/** @param {import('./context.mjs').Context} ctx */
function waitingFor(ctx) {
  return {
    assertRunning: ctx.assertRunning,
    onWait: (/** @type {number} */ pid) =>
      ctx.print(
        `… system packages — waiting for process ${pid}, which installs some (${SYSTEM_GUARDS.lockFile})`,
      ),
  };
}

/**
 * @param {import('./context.mjs').Context} ctx
 * @param {Wish} wish
 * @param {string[]} missing
 */
async function assertAllowed(ctx, wish, missing) {
  const isRoot = process.getuid?.() === 0;
  const hasApt = isOnPath('apt-get', quiet(ctx.env));
  if (isRoot && hasApt) return;
  const { purpose = '', packages = {} } = wish.later ?? {};
  const later = await missingPackages(ctx, Object.keys(packages));
  const lines = [
    `They are needed for ${wish.purpose}.`,
    ...missing.map((name) => `missing: ${name} (${wish.packages[name]})`),
    ...(later.length > 0 ? [`These will be for ${purpose}.`] : []),
    ...later.map((name) => `missing: ${name} (${packages[name]})`),
  ];
  const otherwise = wish.otherwise ? [`or ${wish.otherwise}`] : [];
  throw new SetupError(
    hasApt
      ? 'system packages — some are missing, and only root may install them'
      : 'system packages — some are missing, and there is no apt-get here to install them with',
    {
      meaning: lines.join('\n  '),
      todo: hasApt
        ? [`sudo apt-get install --no-install-recommends ${[...missing, ...later].join(' ')}`, ...otherwise]
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
export async function plan(ctx, names) {
  // Not --assume-no: what needs no further package is installed without a question. This way nothing is done nor locked.
  const args = ['--print-uris', '--no-install-recommends', 'install', ...names];
  const ask = () => ctx.processes.capture('apt-get', args, { env: quiet(ctx.env) });
  const first = await ask();
  if (first.code !== APT_ERROR) return first.output;
  await updateLists(ctx);
  return (await ask()).output;
}

/** @param {import('./context.mjs').Context} ctx */
async function updateLists(ctx) {
  const update = () => untilUnlocked(ctx, () => apt(ctx, ['update']), { timeoutMs: LOCK_TIMEOUT_S * 1_000 });
  await explaining(update, {
    meaning: 'The lists of available packages could not be fetched.',
    todo: 'check the network and /etc/apt/sources.list.d, then start again',
  });
}

/**
 * Tries again while another apt holds a lock: apt waits for dpkg's by itself, and not for that of the package lists.
 *
 * @param {{ stopping: AbortSignal, assertRunning: () => void, print: (line: string) => void }} ctx
 * @param {() => Promise<void>} run
 * @param {{ timeoutMs: number, retryMs?: number }} times
 */
export async function untilUnlocked(ctx, run, { timeoutMs, retryMs = 2_000 }) {
  const deadline = performance.now() + timeoutMs;
  for (let told = false; ; told = true) {
    try {
      return await run();
    } catch (error) {
      ctx.assertRunning();
      const isLocked = error instanceof CommandError && /Could not get lock/.test(error.tail);
      if (!isLocked || performance.now() > deadline) throw error;
      if (!told) ctx.print('… system packages — waiting for another apt to finish');
      await delay(retryMs, undefined, { signal: ctx.stopping }).catch(ctx.assertRunning);
    }
  }
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
