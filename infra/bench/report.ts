/** One benchmark: `infra/bench/<name>/index.ts` exports it as `bench`. */
export interface Bench {
  name: string;
  /** One line for the list: what is measured, and in which unit. */
  summary: string;
  /** Measures, and prints the figures with how they were measured. Ends whatever it started, also when it fails. */
  run(context: BenchContext): Promise<void>;
}

/** What a benchmark is given. */
export interface BenchContext {
  print(line: string): void;
  /** Prints rows under the names of their columns; those of the first row come first. */
  table(rows: Record<string, string | number>[]): void;
  /** Aborts when somebody interrupts; the benchmark then ends what it started and leaves. */
  signal: AbortSignal;
}

export interface Summary {
  median: number;
  /** The largest: every figure here is a cost. */
  worst: number;
  count: number;
}

/** Median and worst of figures of which less is better. */
export const summarize = (values: number[]): Summary => ({
  median: percentile(values, 50),
  worst: percentile(values, 100),
  count: values.length,
});

/**
 * The percentile of 0 to 100, between the two nearest values where it falls between them; NaN of nothing.
 * A percentile that the number of values cannot tell (the 99th of ten) comes close to the largest.
 */
export const percentile = (values: ArrayLike<number>, percent: number): number => {
  const sorted = Float64Array.from(values).sort();
  const place = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
};

/** Rows as lines of aligned columns, numbers to the right. */
export const formatTable = (rows: Record<string, string | number>[]): string[] => {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name) => {
    const cells = [name, ...rows.map((row) => String(row[name] ?? ''))];
    const width = Math.max(...cells.map((cell) => cell.length));
    const isNumeric = rows.every((row) => typeof (row[name] ?? 0) === 'number');
    return cells.map((cell) => (isNumeric ? cell.padStart(width) : cell.padEnd(width)));
  });
  return [undefined, ...rows].map((_, line) =>
    columns
      .map((cells) => cells[line])
      .join('  ')
      .trimEnd(),
  );
};
