import { expect, test } from 'vitest';
import { compareRuns, parseSteps } from './steps.ts';

const output = `✔ node — 24.1.0, already there, 12 ms
• npm packages — installing …
✔ npm packages — installed in 41.5 s
• worker — looking for a prebuilt …
• worker — no prebuilt (no network): building it from distribution packages, one to two minutes
✔ worker — mediasoup 3.27.0 built from packages (90.1 s of building), kept in /cache/worker-3, in 95.3 s
✔ removed /usr/sbin/policy-rc.d, which a set-up left that was killed
✔ web page — built in 3.4 s
`;

test('the lines of steps that ended are read, with their times; other lines are not', () => {
  expect(parseSteps(output)).toEqual([
    { name: 'node', note: '24.1.0, already there', ms: 12 },
    { name: 'npm packages', note: 'installed', ms: 41_500 },
    {
      name: 'worker',
      note: 'mediasoup 3.27.0 built from packages (90.1 s of building), kept in /cache/worker-3',
      ms: 95_300,
    },
    { name: 'web page', note: 'built', ms: 3_400 },
  ]);
});

test('runs stand side by side with their totals, and a step that a run did not take counts nothing', () => {
  const step = (name: string, ms: number) => ({ name, note: '', ms });
  expect(
    compareRuns({ cold: [step('node', 2_000), step('worker', 90_000)], warm: [step('node', 12)] }),
  ).toEqual([
    { step: 'node', 'cold s': 2, 'warm s': 0.01 },
    { step: 'worker', 'cold s': 90, 'warm s': 0 },
    { step: 'all steps', 'cold s': 92, 'warm s': 0.01 },
  ]);
});
