/** What an arrow, Home, End or a letter leads to from the item at `from`; null where the key is for something else. */
export const stepTo = (key: string, from: number, labels: readonly string[]): number | null => {
  const count = labels.length;
  if (count === 0) return null;
  switch (key) {
    case 'ArrowDown':
      return (from + 1) % count;
    case 'ArrowUp':
      return from <= 0 ? count - 1 : from - 1;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return stepToLetter(key, from, labels);
  }
};

/** The next one that begins with the letter, round and round. */
const stepToLetter = (key: string, from: number, labels: readonly string[]): number | null => {
  if (!/^[\p{L}\p{N}]$/u.test(key)) return null;
  const letter = key.toLocaleLowerCase();
  for (let step = 1; step <= labels.length; step += 1) {
    const index = (Math.max(from, -1) + step) % labels.length;
    if (labels[index]?.trim().toLocaleLowerCase().startsWith(letter)) return index;
  }
  return null;
};

interface Size {
  width: number;
  height: number;
}

/** Between a menu and its button, and between a menu and the edge of the window. */
const gapPx = 4;

/** Where a menu of this size stands by its button: below it, else above; its end at the button's where it does not fit else. */
export const placeBeside = (
  button: { left: number; right: number; top: number; bottom: number },
  menu: Size,
  view: Size,
): { left: number; top: number } => {
  const fitsBelow = button.bottom + gapPx + menu.height <= view.height - gapPx;
  const fitsAbove = button.top - gapPx - menu.height >= gapPx;
  const top = fitsBelow || !fitsAbove ? button.bottom + gapPx : button.top - gapPx - menu.height;
  const left = button.left + menu.width <= view.width - gapPx ? button.left : button.right - menu.width;
  const clamp = (value: number, size: number, room: number): number =>
    Math.max(gapPx, Math.min(value, room - size - gapPx));
  return { left: clamp(left, menu.width, view.width), top: clamp(top, menu.height, view.height) };
};
