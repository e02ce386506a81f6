/** A step of the set-up, as its line says it went. */
export interface SetupStep {
  name: string;
  /** What was found or done. */
  note: string;
  ms: number;
}

/** `✔ worker — already there, 12 ms` and `✔ web page — built in 3.4 s`. */
const stepLine = /^✔ (?<name>.+?) — (?<note>.+)(?: in|,) (?<figure>[\d.]+) (?<unit>ms|s)$/;

/** The steps that the output of a set-up tells of, in their order. */
export const parseSteps = (output: string): SetupStep[] =>
  output.split('\n').flatMap((line) => {
    const { name, note, figure, unit } = stepLine.exec(line.trimEnd())?.groups ?? {};
    if (name === undefined || note === undefined) return [];
    return [{ name, note: note.replace(/,$/, ''), ms: Number(figure) * (unit === 's' ? 1_000 : 1) }];
  });

/** One row for each step of any run, one column of seconds for each run. */
export const compareRuns = (runs: Record<string, SetupStep[]>): Record<string, string | number>[] => {
  const names = [...new Set(Object.values(runs).flatMap((steps) => steps.map(({ name }) => name)))];
  const totals = Object.entries(runs).map(([run, steps]) => [`${run} s`, toSeconds(steps)] as const);
  return [
    ...names.map((name) => ({
      step: name,
      ...Object.fromEntries(
        Object.entries(runs).map(([run, steps]) => [
          `${run} s`,
          toSeconds(steps.filter((step) => step.name === name)),
        ]),
      ),
    })),
    { step: 'all steps', ...Object.fromEntries(totals) },
  ];
};

const toSeconds = (steps: SetupStep[]): number =>
  Number((steps.reduce((sum, { ms }) => sum + ms, 0) / 1_000).toFixed(2));
