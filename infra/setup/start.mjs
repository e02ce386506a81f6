// `npm start [-- arguments of the server]`: the set-up for running, then the server.
import path from 'node:path';
import { runInForeground } from './child.mjs';
import { runEntry } from './context.mjs';
import { prepareAll, TYPESCRIPT_FLAGS } from './prepare.mjs';

await runEntry({
  args: process.argv.slice(2),
  main: async (ctx, args) => {
    const { nodePath, env } = await prepareAll(ctx, { tests: false });
    ctx.assertRunning();
    const main = path.join('signaling', 'src', 'main.ts');
    return runInForeground({
      command: nodePath,
      args: [...TYPESCRIPT_FLAGS, main, ...args],
      cwd: ctx.root,
      env,
    });
  },
});
