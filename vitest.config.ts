import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** By far the longest, though small files: whatever is begun last is waited for by a core that has nothing to do. */
const longest = /accessibility-(phone|desktop)|chaos\/delivery\/(lies|delivery)/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => longest.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/** Suites of pages and of the sdk that hear nothing, and of those who write: they may run beside others. */
const silent = [
  'web/e2e/{accessibility-desktop,accessibility-phone,accounts,announcer,begun-edits,blocked,by-ear,chat,closed-direct,code,composer,contents,dialogs,direct-reports,failed-reads,invited,keyboard,late-parts,menus,notifications,page,pictures,queued,recordings,rooms,search,sent-out,sentences,slow-mode,timeline,timeline-reach,timeline-entered,timeline-ios,timeline-thread,two-tabs,undrawn,unsaved,unsent}.test.ts',
  'sdk/e2e/{attachments,browser-outbox,delivery,policy}.test.ts',
  'infra/chaos/{act,delivery/*}.test.ts',
];

export default defineConfig({
  test: {
    // One more than cores: a third of what suites of servers take is waiting.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // What is waited for comes when it comes: a second is not long for a page on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          isolate: false,
          include: [
            'protocol/**/*.test.ts',
            'sdk/src/**/*.test.ts',
            'web/src/**/*.test.{ts,tsx}',
            'turn/**/*.test.ts',
            'infra/**/*.test.ts',
          ],
          // A benchmark installs packages of its own, which bring their tests.
          exclude: ['infra/chaos/**', '**/on-the-wire.test.ts', '**/node_modules/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'server',
          isolate: false,
          include: ['signaling/**/*.test.ts', 'media/**/*.test.ts'],
          globalSetup: ['signaling/test/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'silent',
          isolate: false,
          include: silent,
          globalSetup: ['signaling/test/global-setup.ts'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: [
            'web/e2e/**/*.test.ts',
            'sdk/e2e/**/*.test.ts',
            'infra/chaos/**/*.test.ts',
            'infra/**/on-the-wire.test.ts',
          ],
          exclude: silent,
          globalSetup: ['signaling/test/global-setup.ts'],
          // Each file starts servers and browsers, and listens to sound: one at a time.
          fileParallelism: false,
          testTimeout: 60_000,
        },
      },
    ],
  },
});
