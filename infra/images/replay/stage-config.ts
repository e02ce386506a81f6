import { posix } from 'node:path';
import type { Action, Command, Dockerfile, HealthcheckSpec, Stage, Step } from './dockerfile.ts';
import { expand } from './expand.ts';

/** What an image says about the containers that run it. */
export interface ImageConfig {
  env: Record<string, string>;
  workdir: string;
  user: string;
  entrypoint: Command;
  cmd: Command;
  volumes: string[];
  exposed: string[];
  healthcheck: HealthcheckSpec | undefined;
  stopSignal: NodeJS.Signals;
}

/** Where a stage stands: what its image will say so far, and the ARGs that RUN sees too. */
export interface StageState {
  config: ImageConfig;
  args: Record<string, string>;
}

/** The values of ARGs before the first FROM, which FROM and an ARG without a value may use. */
export const globalArgsOf = ({ globalArgs }: Dockerfile): Record<string, string> => {
  const values: Record<string, string> = {};
  for (const step of globalArgs) {
    if (step.kind !== 'arg') throw new Error(`line ${step.line}: ${step.text} stands before the first FROM`);
    values[step.name] = expand(step.value ?? '', (name) => values[name], '\\');
  }
  return values;
};

/** What the stage stands on: another stage, or an image. */
export const baseOf = (
  stage: Stage,
  file: Dockerfile,
): { stage: Stage; image?: never } | { image: string; stage?: never } => {
  const args = globalArgsOf(file);
  const base = expand(stage.base, (name) => args[name], '\\');
  const earlier = file.stages.slice(0, file.stages.indexOf(stage));
  const found = earlier.find(({ name }) => name === base.toLowerCase());
  return found ? { stage: found } : { image: base };
};

/** The stages that the last one needs, itself included, in the order of building. */
export const neededStages = (file: Dockerfile): Stage[] => {
  const needed = new Set<Stage>();
  const visit = (stage: Stage | undefined): void => {
    if (!stage || needed.has(stage)) return;
    needed.add(stage);
    visit(baseOf(stage, file).stage);
    for (const step of stage.steps) if (step.kind === 'copy') visit(sourceStage(step, file));
  };
  visit(file.stages.at(-1));
  return file.stages.filter((stage) => needed.has(stage));
};

const sourceStage = (step: Step & { kind: 'copy' }, { stages }: Dockerfile): Stage | undefined => {
  if (step.from === undefined) return undefined;
  const found = stages.find(({ name }, index) => name === step.from || String(index) === step.from);
  // Docker would fetch an image of that name.
  if (!found) throw new Error(`line ${step.line}: there is no stage ${step.from}`);
  return found;
};

/** The step with its variables replaced, where Docker does so: not in what a shell is given. */
export const expandStep = (step: Step, { config, args }: StageState): Step => {
  // An ENV wins over an ARG of the same name.
  const replace = (text: string) => expand(text, (name) => config.env[name] ?? args[name], '\\');
  return { ...step, ...expandAction(step, replace) } as Step;
};

const expandAction = (action: Action, replace: (text: string) => string): Partial<Action> => {
  switch (action.kind) {
    case 'arg':
      return { value: action.value === undefined ? undefined : replace(action.value) };
    case 'env':
    case 'label':
      return { entries: action.entries.map(([name, value]) => [name, replace(value)] as const) };
    case 'workdir':
    case 'user':
    case 'stopsignal':
      return { value: replace(action.value) };
    case 'copy':
      return { paths: action.paths.map(replace) };
    case 'volume':
    case 'expose':
      return { values: action.values.map(replace) };
    case 'run':
    case 'cmd':
    case 'entrypoint':
    case 'healthcheck':
      return {};
    default:
      return action satisfies never;
  }
};

/**
 * What an expanded step changes in what the image says. RUN and COPY change its files alone.
 * @param globalArgs values for an ARG that has none of its own
 */
export const applyStep = (
  state: StageState,
  step: Step,
  globalArgs: Readonly<Record<string, string>>,
): StageState => {
  if (step.kind === 'arg') {
    const value = step.value ?? globalArgs[step.name];
    return value === undefined ? state : { ...state, args: { ...state.args, [step.name]: value } };
  }
  return { ...state, config: { ...state.config, ...configChange(state.config, step) } };
};

const configChange = (config: ImageConfig, step: Exclude<Action, { kind: 'arg' }>): Partial<ImageConfig> => {
  switch (step.kind) {
    case 'env':
      return { env: { ...config.env, ...Object.fromEntries(step.entries) } };
    case 'workdir':
      return { workdir: posix.resolve(config.workdir, step.value) };
    case 'user':
      return { user: step.value };
    case 'stopsignal':
      return { stopSignal: step.value as NodeJS.Signals };
    case 'volume':
      return { volumes: [...config.volumes, ...step.values] };
    case 'expose':
      return { exposed: [...config.exposed, ...step.values] };
    case 'healthcheck':
      return { healthcheck: step.check };
    case 'cmd':
      return { cmd: step.command };
    case 'entrypoint':
      // What an inherited image would have run is no argument for another entry point.
      return { entrypoint: step.command, cmd: [] };
    case 'label':
    case 'copy':
    case 'run':
      return {};
    default:
      return step satisfies never;
  }
};
