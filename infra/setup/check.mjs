// `npm run check`: format, lint, types, unused code, contract drift and secrets.
import { runChecks } from './checks.mjs';
import { runEntry } from './context.mjs';
import { prepareTools } from './prepare.mjs';

await runEntry({
  args: process.argv.slice(2),
  main: async (ctx) => {
    const { prepared } = await prepareTools(ctx, { development: true });
    return (await runChecks(ctx, prepared)) ? 0 : 1;
  },
});
