// `npm start [-- arguments of the server]`: the set-up for running, then the server. `npm run start:signaling` and
// `npm run start:media` name the part that shall run by itself as the first argument.
import path from 'node:path';
import { runInForeground } from './child.mjs';
import { runEntry } from './context.mjs';
import { prepareAll, TYPESCRIPT_FLAGS } from './prepare.mjs';

const SIGNALING = path.join('signaling', 'src', 'main.ts');
const MEDIA = path.join('media', 'src', 'main.ts');

const WHOLE = { program: [SIGNALING], worker: true, web: true };
/** @type {Record<string, typeof WHOLE>} */
const PARTS = {
  '--only=signaling': { program: [SIGNALING, '--without-media'], worker: false, web: true },
  '--only=media': { program: [MEDIA], worker: true, web: false },
};

await runEntry({
  args: process.argv.slice(2),
  main: async (ctx, [first = '', ...rest]) => {
    const part = PARTS[first];
    const { program, worker, web } = part ?? WHOLE;
    const { nodePath, env } = await prepareAll(ctx, { tests: false, worker, web });
    ctx.assertRunning();
    return runInForeground({
      command: nodePath,
      args: [...TYPESCRIPT_FLAGS, ...program, ...(part || first === '' ? rest : [first, ...rest])],
      cwd: ctx.root,
      env,
    });
  },
});
