// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax that is tested.
import { expect, test } from 'vitest';
import { parseDockerfile } from './dockerfile.ts';
import {
  applyStep,
  baseOf,
  expandStep,
  globalArgsOf,
  neededStages,
  type StageState,
} from './stage-config.ts';

const empty: StageState = {
  config: {
    env: { PATH: '/bin' },
    workdir: '/',
    user: '0:0',
    entrypoint: [],
    cmd: [],
    volumes: [],
    exposed: [],
    healthcheck: undefined,
    stopSignal: 'SIGTERM',
  },
  args: {},
};

const after = (text: string): StageState => {
  const file = parseDockerfile(text);
  const [stage] = file.stages;
  return stage!.steps.reduce(
    (state, step) => applyStep(state, expandStep(step, state), globalArgsOf(file)),
    empty,
  );
};

test('FROM takes the ARGs before it, and names an image or an earlier stage', () => {
  const file = parseDockerfile('ARG V=24\nARG IMAGE=node:$V-slim\nFROM ${IMAGE} AS one\nFROM one AS two\n');
  expect(baseOf(file.stages[0]!, file)).toEqual({ image: 'node:24-slim' });
  expect(baseOf(file.stages[1]!, file).stage?.name).toBe('one');
});

test('an ARG before FROM is known in a stage only once the stage asks for it', () => {
  expect(after('ARG A=1\nFROM x\nENV B=$A\n').config.env.B).toBe('');
  expect(after('ARG A=1\nFROM x\nARG A\nENV B=$A\n').config.env.B).toBe('1');
});

test('one ENV does not see what the same line sets, and wins over an ARG', () => {
  const { config } = after('FROM x\nARG A=arg\nENV A=env B=${A}\nENV C=$A PATH=/new:$PATH\n');
  expect(config.env).toEqual({ A: 'env', B: 'arg', C: 'env', PATH: '/new:/bin' });
});

test('WORKDIR goes on from the one before, and USER and VOLUME are kept', () => {
  const { config } = after('FROM x\nWORKDIR /app\nWORKDIR web\nUSER 1000:1000\nVOLUME ["/data"]\n');
  expect(config).toMatchObject({ workdir: '/app/web', user: '1000:1000', volumes: ['/data'] });
});

test('a shell gets its variables itself', () => {
  const file = parseDockerfile('FROM x\nRUN echo $HOME\n');
  expect(expandStep(file.stages[0]!.steps[0]!, empty)).toMatchObject({
    command: ['/bin/sh', '-c', 'echo $HOME'],
  });
});

test('only the stages that the last one needs are built', () => {
  const file = parseDockerfile(
    'FROM x AS unused\nFROM x AS tools\nFROM x AS build\nCOPY --from=tools a b\nFROM x\nCOPY --from=build a b\n',
  );
  expect(neededStages(file).map(({ name }) => name)).toEqual(['tools', 'build', '3']);
});

test('a stage that does not exist is named', () => {
  const file = parseDockerfile('FROM x\nCOPY --from=nowhere a b\n');
  expect(() => neededStages(file)).toThrow('there is no stage nowhere');
});
