import path from 'node:path';
import { withLock } from './lock.mjs';

/**
 * One step of the set-up.
 *
 * @template T
 * @typedef {object} Step
 * @property {string} name
 * @property {string} [doing] what is said before it is done, where that takes a while and nothing else says so
 * @property {() => Promise<Outcome<T> | null>} check what there is already, or null when there is something to do
 * @property {() => Promise<Outcome<T>>} run does it
 */

/**
 * @template T
 * @typedef {object} Outcome
 * @property {string} note what was found or done, for people
 * @property {T} value what later steps need of it
 */

/**
 * Runs a step where it is needed, prints one line, and gives its value. Two set-ups of one checkout (a start and a test,
 * say) take turns, and the second finds the work done.
 *
 * @template T
 * @param {import('./context.mjs').Context} ctx
 * @param {Step<T>} step
 * @returns {Promise<T>}
 */
export async function runStep(ctx, step) {
  ctx.assertRunning();
  const startedAt = performance.now();
  const found = await step.check();
  if (found) {
    ctx.print(`✔ ${step.name} — ${found.note}, ${duration(performance.now() - startedAt)}`);
    return found.value;
  }
  const file = path.join(ctx.cache, 'setup', 'lock');
  const onWait = (/** @type {number} */ pid) =>
    ctx.print(`… ${step.name} — waiting for another set-up, process ${pid} (${file})`);
  const done = await withLock({ file, onWait, assertRunning: ctx.assertRunning }, async () => {
    const foundNow = await step.check();
    if (foundNow) return foundNow;
    if (step.doing) ctx.print(`• ${step.name} — ${step.doing} …`);
    return step.run();
  });
  ctx.print(`✔ ${step.name} — ${done.note} in ${seconds(performance.now() - startedAt)}`);
  return done.value;
}

/** @param {number} ms */
function duration(ms) {
  return ms < 1_000 ? `${Math.round(ms)} ms` : seconds(ms);
}

/** @param {number} ms */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
