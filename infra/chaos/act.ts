export interface Settings {
  runs: number;
  /** How many times its limit a failure may take: a loaded machine is slower. */
  tolerance: number;
  print: (line: string) => void;
}

/** What was asked for on the command line; or what is wrong with it: nothing was ever kept in no run. */
export const readCounts = (given: {
  runs: string;
  tolerance: string;
}): Pick<Settings, 'runs' | 'tolerance'> | string => {
  const runs = Number(given.runs);
  const tolerance = Number(given.tolerance);
  if (!Number.isInteger(runs) || runs < 1) return `--runs takes a whole number from 1 on, not ${given.runs}.`;
  if (!Number.isFinite(tolerance) || tolerance <= 0)
    return `--tolerance takes a number above 0, not ${given.tolerance}.`;
  return { runs, tolerance };
};

/** What a failure came to; `kept` where it stayed within what the design allows. */
export type ResultRow = Record<string, string | number> & { verdict: 'kept' | 'BROKEN' };

export interface Listed {
  name: string;
  summary: string;
  limitMs: number;
}

/** Failures that are inflicted on one stage, one after the other. */
export interface Act {
  failures: readonly Listed[];
  /** Each of those that are chosen, as often as it is asked for. */
  play(isChosen: (failure: Listed) => boolean, settings: Settings): Promise<ResultRow[]>;
}

export interface ActParts<S, F extends Listed> {
  start: () => Promise<S>;
  failures: readonly F[];
  judge: (stage: S, failure: F, settings: Settings) => Promise<ResultRow>;
  printRow: (row: ResultRow, settings: Settings) => void;
}

/** The stage is set once, and only where something is chosen. */
export const defineAct = <S extends { close(): Promise<void> }, F extends Listed>({
  start,
  failures,
  judge,
  printRow,
}: ActParts<S, F>): Act => ({
  failures,
  play: async (isChosen, settings) => {
    const chosen = failures.filter(isChosen);
    const rows: ResultRow[] = [];
    if (chosen.length === 0) return rows;
    const stage = await start();
    try {
      for (const failure of chosen) {
        settings.print(`${failure.name}: ${failure.summary}`);
        const row = await judge(stage, failure, settings);
        printRow(row, settings);
        rows.push(row);
      }
    } finally {
      await stage.close();
    }
    return rows;
  },
});
