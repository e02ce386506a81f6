import type { Context } from '../../setup/context.mjs';
import { seconds } from '../../setup/run.mjs';

const TAIL_LINES = 20;

/** Prints how each check went, and goes on after one that failed. */
export interface Report {
  readonly failures: number;
  /** What is said along with a failure from now on. */
  watch: (source: { output: () => string }) => void;
  /** Runs a check, which gives what it saw; resolves with whether it passed. */
  check: (name: string, run: () => Promise<string>) => Promise<boolean>;
}

export const createReport = (ctx: Context): Report => {
  let failures = 0;
  let watched = { output: () => '' };
  return {
    get failures() {
      return failures;
    },
    watch: (source) => {
      watched = source;
    },
    check: async (name, run) => {
      const startedAt = performance.now();
      try {
        const seen = await run();
        ctx.print(`✔ ${name}${seen && ` — ${seen}`} (${seconds(performance.now() - startedAt)})`);
        return true;
      } catch (error) {
        ctx.assertRunning();
        failures += 1;
        const tail = watched.output().trimEnd().split('\n').slice(-TAIL_LINES).join('\n    ');
        ctx.print(`✘ ${name} — ${error instanceof Error ? error.message : error}\n    ${tail}`);
        return false;
      }
    },
  };
};
