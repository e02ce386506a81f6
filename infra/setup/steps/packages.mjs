import { installPackages, missingPackages } from '../apt.mjs';
import { runStep } from '../run.mjs';
import { isWorkerAtHand } from './worker.mjs';
import { BUILD_PACKAGES } from './worker-build.mjs';

/**
 * What the tests run besides Node, each the real thing.
 */
const TEST_PACKAGES = {
  chromium: 'the browser that the tests drive',
  'chromium-headless-shell': 'its engine alone, for pages that are only looked at',
  coturn: 'the TURN server that one call is relayed through',
  'redis-server': 'Redis, for the split shape',
  'postgresql-15': "the distribution's PostgreSQL, beside the embedded one",
  nftables: 'packets that are lost on purpose, in a network namespace',
};

const FOR_THE_WORKER = {
  purpose: 'building the mediasoup worker, unless a prebuilt can be had',
  packages: BUILD_PACKAGES,
};

/**
 * System packages that only the tests need. Their absence fails no one who just wants to run Boltorezka.
 *
 * @param {import('../context.mjs').Context} ctx
 */
export async function prepareTestPackages(ctx) {
  const names = Object.keys(TEST_PACKAGES);
  await runStep(ctx, {
    name: 'system packages for the tests',
    check: async () => {
      const missing = await missingPackages(ctx, names);
      return missing.length === 0 ? { note: 'already there', value: undefined } : null;
    },
    run: async () => {
      await installPackages(ctx, {
        purpose: 'the tests',
        packages: TEST_PACKAGES,
        ...(isWorkerAtHand(ctx) ? {} : { later: FOR_THE_WORKER }),
      });
      return { note: 'all there', value: undefined };
    },
  });
}
