// Part of `npm run check`: every Dockerfile beside this file is linted, and what it copies from the repository is there
// and not kept from the builder by the .dockerignore.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ValidationSeverity, validate } from 'dockerfile-utils';
import { type BuildContext, readContext } from './replay/context-files.ts';
import { planCopy } from './replay/copy-plan.ts';
import { parseDockerfile } from './replay/dockerfile.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What a linter that knows the language finds; a warning is as good as an error. */
const lint = (text: string): string[] =>
  validate(text, {
    instructionWorkdirRelative: ValidationSeverity.ERROR,
    instructionCmdMultiple: ValidationSeverity.ERROR,
    instructionEntrypointMultiple: ValidationSeverity.ERROR,
    instructionHealthcheckMultiple: ValidationSeverity.ERROR,
    instructionJSONInSingleQuotes: ValidationSeverity.ERROR,
    deprecatedMaintainer: ValidationSeverity.ERROR,
  }).map(({ range, message }) => `${range.start.line + 1}: ${message}`);

/** Whether what is copied exists; what it becomes is the builder's concern. */
const findMissing = (text: string, context: BuildContext): string[] => {
  const steps = parseDockerfile(text).stages.flatMap((stage) => stage.steps);
  return steps.flatMap((step) => {
    if (step.kind !== 'copy' || step.from !== undefined) return [];
    const request = { sources: step.paths.slice(0, -1), destination: step.paths.at(-1) ?? '', workdir: '/' };
    try {
      planCopy(request, context, () => false);
      return [];
    } catch (error) {
      return [`${step.line}: ${error instanceof Error ? error.message : error} in the context`];
    }
  });
};

const context = readContext(ROOT);
const names = readdirSync(FOLDER).filter((name) => name.endsWith('Dockerfile'));
const problems = names.flatMap((name) => {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  const found = lint(text);
  return (found.length > 0 ? found : findMissing(text, context)).map((problem) => `${name}:${problem}`);
});
for (const problem of problems) console.error(problem);
if (problems.length > 0 || names.length === 0) process.exitCode = 1;
