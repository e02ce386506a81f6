import { existsSync } from 'node:fs';
import path from 'node:path';
import { digestOf, filesBelow } from '../cache.mjs';
import { explaining } from '../errors.mjs';
import { runStep } from '../run.mjs';

/**
 * The page that the server hands out, built from web/ and what it stands on.
 *
 * @param {import('../context.mjs').Context} ctx
 * @param {import('./node.mjs').NodeRuntime} node
 */
export async function prepareWeb(ctx, node) {
  const web = path.join(ctx.root, 'web');
  if (!existsSync(path.join(web, 'vite.config.ts'))) {
    ctx.print('– web page — skipped: there is no web/vite.config.ts');
    return;
  }
  const digest = digestOf({ files: inputsOf(ctx.root) });
  await runStep(ctx, {
    name: 'web page',
    doing: 'building',
    check: async () => {
      const isCurrent =
        ctx.stamps.read('web')?.digest === digest && existsSync(path.join(web, 'dist', 'index.html'));
      return isCurrent ? { note: 'already built', value: undefined } : null;
    },
    run: () => build(ctx, { node, web, digest }),
  });
}

/** @param {string} root */
function inputsOf(root) {
  const sources = ['web', 'sdk', 'protocol'].flatMap((name) => filesBelow(path.join(root, name)));
  // Tests change more often than the page, and are not in it.
  const shipped = sources.filter(
    (file) => !/\.test\.tsx?$/.test(file) && !file.includes(`${path.sep}e2e${path.sep}`),
  );
  return [...shipped, path.join(root, 'package-lock.json'), path.join(root, 'tsconfig.base.json')];
}

/**
 * @param {import('../context.mjs').Context} ctx
 * @param {{ node: import('./node.mjs').NodeRuntime, web: string, digest: string }} task
 */
async function build(ctx, { node, web, digest }) {
  ctx.stamps.remove('web');
  const vite = path.join(ctx.root, 'node_modules', 'vite', 'bin', 'vite.js');
  // Whatever the shell has it at, this is the page that is handed out.
  const env = { ...node.env, NODE_ENV: 'production' };
  const options = { cwd: web, env, logPath: ctx.logPath('web') };
  await explaining(() => ctx.processes.run(node.nodePath, [vite, 'build', '--emptyOutDir'], options), {
    meaning: 'The web page was not built, so there is nothing to open in a browser.',
    todo: 'mend what the lines above name, and start again',
  });
  ctx.stamps.write('web', { digest });
  return { note: 'built', value: undefined };
}
