import { afterEach, describe, expect, it } from 'vitest';
import { quietLog } from '../../test/log.ts';
import { UnansweredCommits } from './db-unanswered.ts';

describe('what became of a transaction whose COMMIT had no answer', () => {
  let commits: UnansweredCommits;
  afterEach(() => commits.close());

  /** Answers one after the other, the last one again and again; an error is a database that is away. */
  const follow = (answers: (number[] | Error)[]) => {
    const asked: number[][] = [];
    commits = new UnansweredCommits({
      ...{ log: quietLog, intervalMs: 1 },
      selectAlive: async (pids) => {
        asked.push(pids);
        const answer = answers.length > 1 ? answers.shift() : answers[0];
        if (answer instanceof Error) throw answer;
        return answer ?? [];
      },
    });
    return asked;
  };
  const decided = () => new Promise<void>((resolve) => commits.onDecided(resolve));

  it('is decided when the process is gone, and not asked for any more', async () => {
    const asked = follow([new Error('away'), [7, 8], [8], []]);
    const first = decided();
    commits.add(7);
    commits.add(8);
    await first;
    expect(asked).toEqual([
      [7, 8],
      [7, 8],
      [7, 8],
    ]);
    await decided();
    expect(asked.slice(3)).toEqual([[8]]);
  });

  it('is given up where a process of that number stays', async () => {
    const asked = follow([[7]]);
    const given = decided();
    commits.add(7);
    await given;
    expect(asked).toHaveLength(60);
  });
});
