// `node infra/setup/with-node.mjs SCRIPT [ARGUMENT…]`: runs a TypeScript file with the right Node and its packages.
import { runInForeground } from './child.mjs';
import { runEntry } from './context.mjs';
import { SetupError } from './errors.mjs';
import { prepareTools, TYPESCRIPT_FLAGS } from './prepare.mjs';

await runEntry({
  args: process.argv.slice(2),
  main: async (ctx, args) => {
    if (args.length === 0) {
      throw new SetupError('no script was named', {
        todo: 'node infra/setup/with-node.mjs SCRIPT [ARGUMENT…]',
      });
    }
    const { prepared } = await prepareTools(ctx, { development: true });
    ctx.assertRunning();
    return runInForeground({
      command: prepared.nodePath,
      args: [...TYPESCRIPT_FLAGS, ...args],
      cwd: ctx.root,
      env: prepared.env,
    });
  },
});
