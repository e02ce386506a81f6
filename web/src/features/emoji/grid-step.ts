/** A line of a grid: the place of its first cell among all, and how many it has. */
export interface GridRow {
  from: number;
  count: number;
}

/** Where a key leads from a place in a grid whose lines may be short: -1 above it, null where the key is for something else. */
export const gridStep = (key: string, at: number, rows: readonly GridRow[]): number | null => {
  const index = rows.findIndex(({ from, count }) => at < from + count);
  const row = rows[index];
  if (!row) return null;
  const column = at - row.from;
  const lastOf = ({ from, count }: GridRow): number => from + count - 1;
  const inRow = (other: GridRow | undefined): number =>
    other ? Math.min(other.from + column, lastOf(other)) : at;
  switch (key) {
    case 'ArrowRight':
      return Math.min(at + 1, lastOf(rows.at(-1) ?? row));
    case 'ArrowLeft':
      return Math.max(at - 1, 0);
    case 'ArrowDown':
      return inRow(rows[index + 1]);
    case 'ArrowUp':
      return index === 0 ? -1 : inRow(rows[index - 1]);
    case 'Home':
      return row.from;
    case 'End':
      return lastOf(row);
    default:
      return null;
  }
};
