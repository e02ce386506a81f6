import { expect, test } from 'vitest';
import { parseDockerfile, readDurationMs } from './dockerfile.ts';

const stepOf = (text: string) => {
  const {
    line: _line,
    text: _text,
    ...action
  } = parseDockerfile(`FROM base\n${text}\n`).stages[0]!.steps[0]!;
  return action;
};

test('stages have their names, or their numbers, and ARGs before them stand apart', () => {
  const { globalArgs, stages } = parseDockerfile('ARG A=1\nFROM a:$A AS Build\nFROM b\nRUN x\n');
  expect(globalArgs).toMatchObject([{ kind: 'arg', name: 'A', value: '1', line: 1 }]);
  expect(stages).toMatchObject([
    { name: 'build', base: 'a:$A', steps: [] },
    { name: '1', base: 'b', steps: [{ kind: 'run', line: 4, text: 'RUN x' }] },
  ]);
});

test('a command over several lines reaches the shell as one, without the comments between', () => {
  expect(stepOf('RUN a \\\n  # why\n  && b "c \\\n d"')).toEqual({
    kind: 'run',
    command: ['/bin/sh', '-c', 'a   && b "c  d"'],
  });
});

test('a list in JSON is a command without a shell', () => {
  expect(stepOf('CMD ["node", "a b.ts"]')).toEqual({ kind: 'cmd', command: ['node', 'a b.ts'] });
});

test('ENV takes several, in quotes and with escapes', () => {
  expect(stepOf('ENV A="x y" B=$A \\\n  C=d\\ e')).toEqual({
    kind: 'env',
    entries: [
      ['A', 'x y'],
      ['B', '$A'],
      ['C', 'd e'],
    ],
  });
});

test('COPY knows its stage, and takes lists', () => {
  expect(stepOf('COPY --from=build a b c/')).toEqual({
    kind: 'copy',
    from: 'build',
    paths: ['a', 'b', 'c/'],
  });
  expect(stepOf('COPY ["a b", "c"]')).toEqual({ kind: 'copy', from: undefined, paths: ['a b', 'c'] });
});

test('a health check has the times it names, and the defaults of Docker for the others', () => {
  expect(stepOf('HEALTHCHECK --interval=10s --start-period=1m30s CMD ["probe"]')).toEqual({
    kind: 'healthcheck',
    check: {
      command: ['probe'],
      intervalMs: 10_000,
      timeoutMs: 30_000,
      startPeriodMs: 90_000,
      startIntervalMs: 5_000,
      retries: 3,
    },
  });
  expect(stepOf('HEALTHCHECK NONE')).toEqual({ kind: 'healthcheck', check: undefined });
});

test('what is not known is refused by its line, not left out', () => {
  expect(() => stepOf('ADD a b')).toThrow('line 2: ADD is not known here');
  expect(() => stepOf('COPY --chown=1:1 a b')).toThrow('line 2: COPY --chown is not known here');
  expect(() => stepOf('RUN --mount=type=cache,target=/a b')).toThrow('RUN --mount is not known here');
  expect(() => stepOf('RUN <<EOF\nhi\nEOF')).toThrow('here-document');
});

test('durations are read by their units', () => {
  expect(readDurationMs('1h2m3.5s')).toBe(3_723_500);
  expect(readDurationMs('250ms')).toBe(250);
  expect(() => readDurationMs('10')).toThrow('no duration');
});
