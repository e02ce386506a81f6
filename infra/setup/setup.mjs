// `npm run setup [-- --tests] [-- --yes]`: the set-up alone; with --tests, what the tests need too.
import { runEntry } from './context.mjs';
import { prepareAll } from './prepare.mjs';

await runEntry({
  args: process.argv.slice(2),
  main: async (ctx, args) => {
    await prepareAll(ctx, { tests: args.includes('--tests') });
    return 0;
  },
});
