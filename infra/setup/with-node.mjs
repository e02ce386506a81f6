// `node infra/setup/with-node.mjs [--tests] SCRIPT [ARGUMENT…]`: runs a TypeScript file with the right Node and its packages;
// with --tests, what tests need is set up first.
import { runInForeground } from './child.mjs';
import { runEntry } from './context.mjs';
import { SetupError } from './errors.mjs';
import { prepareAll, prepareTools, TYPESCRIPT_FLAGS } from './prepare.mjs';

await runEntry({
  args: process.argv.slice(2),
  main: async (ctx, args) => {
    const [first, ...rest] = args;
    const needsTests = first === '--tests';
    const script = needsTests ? rest : args;
    if (script.length === 0) {
      throw new SetupError('no script was named', {
        todo: 'node infra/setup/with-node.mjs [--tests] SCRIPT [ARGUMENT…]',
      });
    }
    const prepared = needsTests
      ? await prepareAll(ctx, { tests: true })
      : (await prepareTools(ctx, { development: true })).prepared;
    ctx.assertRunning();
    return runInForeground({
      command: prepared.nodePath,
      args: [...TYPESCRIPT_FLAGS, ...script],
      cwd: ctx.root,
      env: prepared.env,
    });
  },
});
