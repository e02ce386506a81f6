import { type Copy, DockerfileParser, type Env, type Healthcheck, type Instruction } from 'dockerfile-ast';

/** What a container runs: `['/bin/sh', '-c', …]` where it was written as text. */
export type Command = string[];

export interface HealthcheckSpec {
  command: Command;
  intervalMs: number;
  timeoutMs: number;
  startPeriodMs: number;
  startIntervalMs: number;
  retries: number;
}

/** An instruction as it is written: variables are not yet replaced. */
export type Action =
  | { kind: 'arg'; name: string; value: string | undefined }
  | { kind: 'env' | 'label'; entries: (readonly [name: string, value: string])[] }
  | { kind: 'workdir' | 'user' | 'stopsignal'; value: string }
  | { kind: 'copy'; from: string | undefined; paths: string[] }
  | { kind: 'volume' | 'expose'; values: string[] }
  | { kind: 'run' | 'cmd' | 'entrypoint'; command: Command }
  | { kind: 'healthcheck'; check: HealthcheckSpec | undefined };

export type Step = Action & {
  line: number;
  /** The instruction in one line, for people. */
  text: string;
};

export interface Stage {
  /** Its name; its number where it has none. */
  name: string;
  base: string;
  steps: Step[];
}

export interface Dockerfile {
  /** The ARGs before the first FROM, for FROM alone. */
  globalArgs: Step[];
  stages: Stage[];
}

/**
 * Reads a Dockerfile.
 * @throws Error naming the line of what this interpreter does not know, rather than leaving it out
 */
export const parseDockerfile = (text: string): Dockerfile => {
  const globalArgs: Step[] = [];
  const stages: Stage[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const stage = stages.at(-1);
    if (instruction.getKeyword() === 'FROM') stages.push(readFrom(instruction, stages.length));
    else if (stage) stage.steps.push(readStep(instruction));
    else globalArgs.push(readStep(instruction));
  }
  return { globalArgs, stages };
};

const readFrom = (instruction: Instruction, index: number): Stage => {
  const [base = '', as, name] = valuesOf(instruction);
  return { name: as?.toUpperCase() === 'AS' && name ? name.toLowerCase() : String(index), base, steps: [] };
};

const readStep = (instruction: Instruction): Step => {
  const line = instruction.getRange().start.line + 1;
  const content = contentOf(instruction);
  const text = `${instruction.getKeyword()} ${content.replace(/\s+/g, ' ')}`;
  try {
    return { ...readAction(instruction, content), line, text };
  } catch (error) {
    throw new Error(`line ${line}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
};

/** What follows the keyword and its flags, in one line: the parser leaves in the comments between continued lines. */
const contentOf = (instruction: Instruction): string => {
  const lines = (instruction.getRawArgumentsContent() ?? '').split('\n');
  return lines
    .filter((line, index) => index === 0 || !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\[ \t]*\n/g, '');
};

const readAction = (instruction: Instruction, content: string): Action => {
  const keyword = instruction.getKeyword();
  switch (keyword) {
    case 'ARG': {
      const [name = '', value] = content.split(/=(.*)/s);
      return { kind: 'arg', name, value: value === undefined ? undefined : unquoted(value) };
    }
    case 'ENV':
    case 'LABEL':
      return { kind: keyword === 'ENV' ? 'env' : 'label', entries: readEntries(instruction as Env) };
    case 'WORKDIR':
      return { kind: 'workdir', value: unquoted(content) };
    case 'USER':
      return { kind: 'user', value: content };
    case 'STOPSIGNAL':
      return { kind: 'stopsignal', value: content };
    case 'COPY':
      return readCopy(instruction as Copy, content);
    case 'VOLUME':
      return { kind: 'volume', values: readList(content) ?? valuesOf(instruction) };
    case 'EXPOSE':
      return { kind: 'expose', values: valuesOf(instruction) };
    case 'RUN':
      assertNoFlags(instruction as Copy, []);
      return { kind: 'run', command: readCommand(content) };
    case 'CMD':
      return { kind: 'cmd', command: readCommand(content) };
    case 'ENTRYPOINT':
      return { kind: 'entrypoint', command: readCommand(content) };
    case 'HEALTHCHECK':
      return { kind: 'healthcheck', check: readHealthcheck(instruction as Healthcheck, content) };
    default:
      throw new Error(`${keyword} is not known here`);
  }
};

const valuesOf = (instruction: Instruction): string[] =>
  instruction.getArguments().map((argument) => argument.getValue());

const unquoted = (value: string): string => value.replace(/^(["'])(.*)\1$/s, '$2');

const readEntries = (instruction: Env): (readonly [string, string])[] =>
  instruction.getProperties().map((property) => [property.getName(), property.getValue() ?? ''] as const);

const readCopy = (instruction: Copy, content: string): Action => {
  assertNoFlags(instruction, ['from', 'link']);
  const from = instruction.getFlags().find((flag) => flag.getName() === 'from');
  const paths = readList(content) ?? valuesOf(instruction);
  if (paths.length < 2) throw new Error('COPY needs a source and a destination');
  return { kind: 'copy', from: from?.getValue()?.toLowerCase(), paths };
};

const assertNoFlags = (instruction: Pick<Copy, 'getFlags' | 'getKeyword'>, known: string[]): void => {
  const unknown = instruction.getFlags().find((flag) => !known.includes(flag.getName()));
  if (unknown) throw new Error(`${instruction.getKeyword()} --${unknown.getName()} is not known here`);
};

/** The exec form, a list in JSON; undefined for text. */
const readList = (content: string): string[] | undefined => {
  if (!content.startsWith('[')) return undefined;
  try {
    const list: unknown = JSON.parse(content);
    return Array.isArray(list) && list.every((entry) => typeof entry === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
};

const readCommand = (content: string): Command => {
  if (content.startsWith('<<')) throw new Error('a here-document is not known here');
  return readList(content) ?? ['/bin/sh', '-c', content];
};

const readHealthcheck = (instruction: Healthcheck, content: string): HealthcheckSpec | undefined => {
  if (content === 'NONE') return undefined;
  const durations = new Map(instruction.getFlags().map((flag) => [flag.getName(), flag.getValue() ?? '']));
  const ms = (name: string, fallback: number) => readDurationMs(durations.get(name)) ?? fallback;
  return {
    command: readCommand(content.replace(/^CMD\s+/, '')),
    intervalMs: ms('interval', 30_000),
    timeoutMs: ms('timeout', 30_000),
    startPeriodMs: ms('start-period', 0),
    startIntervalMs: ms('start-interval', 5_000),
    retries: Number(durations.get('retries') ?? 3),
  };
};

const UNITS_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `1m30s` as milliseconds. */
export const readDurationMs = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.map(([part]) => part).join('') !== text || parts.length === 0)
    throw new Error(`${text} is no duration`);
  return parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNITS_MS[unit] ?? 0), 0);
};
