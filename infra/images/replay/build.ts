import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../setup/context.mjs';
import { CommandError, SetupError } from '../../setup/errors.mjs';
import { seconds } from '../../setup/run.mjs';
import { BASE_ENV, prepareBase } from './base-image.ts';
import { type BuildContext, readContext, snapshotContext } from './context-files.ts';
import { copyFromContext, copyFromRoot, readRoot } from './copy-files.ts';
import { type CopyRequest, planCopy } from './copy-plan.ts';
import { type Dockerfile, parseDockerfile, type Stage, type Step } from './dockerfile.ts';
import { type Loan, readLoan } from './machine.ts';
import { confined, createMounts, type Mounts, mountLayers, mountSystem, resolveUser } from './sandbox.ts';
import {
  applyStep,
  baseOf,
  expandStep,
  globalArgsOf,
  type ImageConfig,
  neededStages,
  type StageState,
} from './stage-config.ts';

/** What a Dockerfile gave: folders to be stacked, the lowest first, and what it says about containers. */
export interface Image {
  layers: string[];
  config: ImageConfig;
}

export interface BuildOptions {
  dockerfile: string;
  contextRoot: string;
  /** Holds the stages. */
  scratch: string;
  fresh: boolean;
}

interface Build {
  ctx: Context;
  file: Dockerfile;
  context: BuildContext;
  options: BuildOptions;
  loan: Loan;
  mounts: Mounts;
  done: Map<Stage, BuiltStage>;
}

interface BuiltStage {
  image: Image;
  /** All layers together. */
  root: string;
}

const EMPTY_CONFIG: ImageConfig = {
  env: BASE_ENV,
  workdir: '/',
  user: '0:0',
  entrypoint: [],
  cmd: [],
  volumes: [],
  exposed: [],
  healthcheck: undefined,
  stopSignal: 'SIGTERM',
};

/** Executes a Dockerfile, each stage in a root of its own, and prints what each step took and added. */
export const buildImage = async (ctx: Context, options: BuildOptions): Promise<Image> => {
  const file = parseDockerfile(readFileSync(options.dockerfile, 'utf8'));
  const context = snapshotContext(readContext(options.contextRoot), join(options.scratch, 'context'));
  ctx.print(`• context — ${context.files.size} files, ${megabytes(context.byteCount)}`);
  const mounts = createMounts(ctx);
  const build: Build = { ctx, file, context, options, loan: await readLoan(ctx), mounts, done: new Map() };
  try {
    let last: BuiltStage | undefined;
    for (const stage of neededStages(file)) {
      last = await buildStage(build, stage);
      build.done.set(stage, last);
    }
    if (!last) throw new SetupError(`${options.dockerfile} has no FROM`);
    const total = megabytes(await sizeOfAll(ctx, last.image.layers));
    ctx.print(`✔ image — ${total} with its base, ${last.image.layers.length} layers here`);
    return last.image;
  } finally {
    await mounts.close();
  }
};

const buildStage = async (build: Build, stage: Stage): Promise<BuiltStage> => {
  const { ctx, options, mounts } = build;
  const startedAt = performance.now();
  const base = await openBase(build, stage);
  const folder = join(options.scratch, stage.name);
  const [upper, work, root] = ['layer', 'work', 'root'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(folder, { recursive: true });
  await mountLayers(mounts, { layers: base.layers, writable: { upper, work }, root });
  await mountSystem(mounts, root, {
    files: { 'etc/resolv.conf': '/etc/resolv.conf', 'etc/hosts': '/etc/hosts' },
    lent: build.loan.files,
  });
  let state: StageState = { config: base.config, args: {} };
  let bytes = await sizeOf(ctx, upper);
  for (const step of stage.steps) {
    const expanded = expandStep(step, state);
    const stepStartedAt = performance.now();
    await executeStep({ build, root, state }, expanded);
    state = applyStep(state, expanded, globalArgsOf(build.file));
    if (step.kind !== 'run' && step.kind !== 'copy') continue;
    const grown = (await sizeOf(ctx, upper)) - bytes;
    bytes += grown;
    ctx.print(
      `  ${String(step.line).padStart(3)} ${shortened(step.text)} — ${seconds(performance.now() - stepStartedAt)}, ${grown < 0 ? '' : '+'}${megabytes(grown)}`,
    );
  }
  ctx.print(
    `✔ stage ${stage.name} — ${megabytes(bytes)} on top of its base, in ${seconds(performance.now() - startedAt)}`,
  );
  return { image: { layers: [...base.layers, upper], config: state.config }, root };
};

/** What the stage stands on: an earlier one, or the stand-in for an image. */
const openBase = async ({ ctx, file, options, done }: Build, stage: Stage): Promise<Image> => {
  const base = baseOf(stage, file);
  const earlier = base.stage && done.get(base.stage);
  if (earlier) return earlier.image;
  const { layers, note } = await prepareBase(ctx, base.image ?? '', {
    fresh: options.fresh && done.size === 0,
  });
  const size = megabytes(await sizeOfAll(ctx, layers));
  ctx.print(`• stage ${stage.name} — for ${base.image} stands ${note}, ${size}`);
  return { layers, config: EMPTY_CONFIG };
};

interface StepPlace {
  build: Build;
  root: string;
  state: StageState;
}

const executeStep = async (place: StepPlace, step: Step): Promise<void> => {
  const { build, root, state } = place;
  try {
    if (step.kind === 'run') await executeRun(place, step.command);
    if (step.kind === 'copy') await executeCopy(place, step);
    // The folder is there from now on, for COPY as for RUN.
    if (step.kind === 'workdir')
      mkdirSync(join(root, applyStep(state, step, {}).config.workdir), { recursive: true });
  } catch (error) {
    build.ctx.assertRunning();
    const why = error instanceof CommandError ? `${error.message}\n${error.tail}` : String(error);
    throw new SetupError(`line ${step.line}: ${shortened(step.text)}\n${why}`, {
      meaning: `${build.options.dockerfile} does not build.`,
      todo: build.ctx.logPath('image'),
      cause: error,
    });
  }
};

const executeRun = async ({ build, root, state }: StepPlace, command: string[]): Promise<void> => {
  const { ctx, loan } = build;
  const { config, args } = state;
  const user = resolveUser(root, config.user);
  const place = { root, workdir: config.workdir, user, dropAllCapabilities: false, noNewPrivileges: false };
  const [program = '', ...rest] = confined(place, command);
  const env = { HOME: user.home, ...loan.env, ...args, ...config.env };
  await ctx.processes.run(program, rest, { env, logPath: ctx.logPath('image') });
};

const executeCopy = async (
  { build, root, state }: StepPlace,
  { from, paths }: Step & { kind: 'copy' },
): Promise<void> => {
  const { ctx, context, file, done } = build;
  const request: CopyRequest = {
    sources: paths.slice(0, -1),
    destination: paths.at(-1) ?? '',
    workdir: state.config.workdir,
  };
  const isFolderThere = (path: string) =>
    statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (from === undefined) {
    copyFromContext(context, planCopy(request, context, isFolderThere), root);
    return;
  }
  const stage = file.stages.find(({ name }, index) => name === from || String(index) === from);
  const source = stage && done.get(stage);
  if (!source) throw new Error(`there is no stage ${from} before this one`);
  await copyFromRoot(ctx, planCopy(request, readRoot(source.root), isFolderThere), {
    from: source.root,
    to: root,
  });
};

/** What the files of a folder come to, as images are measured: by their length, links counted once. */
const sizeOf = async (ctx: Context, folder: string): Promise<number> => {
  const args = ['-s', '-x', '--apparent-size', '--block-size=1', folder];
  const { stdout } = await ctx.processes.capture('du', args, { env: ctx.env });
  return Number.parseInt(stdout, 10);
};

/** Of several layers together. */
export const sizeOfAll = async (ctx: Context, layers: string[]): Promise<number> => {
  const sizes = await Promise.all(layers.map((layer) => sizeOf(ctx, layer)));
  return sizes.reduce((sum, size) => sum + size, 0);
};

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const shortened = (text: string): string => (text.length > 90 ? `${text.slice(0, 89)}…` : text);
