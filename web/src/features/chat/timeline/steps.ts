import type { TimelineMessage } from '@boltorezka/sdk';

type Messages = readonly TimelineMessage[];

/** What is drawn next. */
export interface Step {
  messages: Messages;
  /** It differs from what is drawn above alone: the distance from the end stays. */
  isShift: boolean;
  /** None of what is drawn is left: another part of the conversation is shown. */
  isElsewhere: boolean;
  /** Nothing follows it; what is held above follows by itself. */
  isLast: boolean;
}

const indexOf = (messages: Messages, { key }: TimelineMessage): number =>
  messages.findIndex((message) => message.key === key);

const step = (messages: Messages, how: Partial<Step> = {}): Step => ({
  messages,
  isShift: false,
  isElsewhere: false,
  isLast: true,
  ...how,
});

/** What has gone above stays drawn; the same list where it is drawn so already. */
const withHeld = (drawn: Messages, gone: number, wanted: Messages): Messages => {
  const isSame =
    drawn.length === gone + wanted.length && wanted.every((one, index) => one === drawn[gone + index]);
  return isSame ? drawn : [...drawn.slice(0, gone), ...wanted];
};

/**
 * The way from what is drawn to what is wanted. A list keeps its reader's place through a change at one of its ends: where
 * both have changed, it takes two steps, and the change above is the one that is made while the other end stands still.
 * @param holdsAbove what has gone above stays for now: until the reader is at rest, rows that are measured below would move
 *   what is in view.
 */
export const stepTo = (wanted: Messages, drawn: Messages, holdsAbove: boolean): Step => {
  const [first, wantedFirst] = [drawn[0], wanted[0]];
  if (!first || !wantedFirst || first.key === wantedFirst.key) return step(wanted);
  const added = indexOf(wanted, first);
  if (added > 0) {
    const rest = wanted.slice(added);
    if (rest.length === drawn.length) return step(wanted, { isShift: true });
    return step(rest, { isLast: false });
  }
  const gone = indexOf(drawn, wantedFirst);
  if (gone <= 0) return step(wanted, { isElsewhere: true });
  if (holdsAbove) return step(withHeld(drawn, gone, wanted));
  const rest = drawn.slice(gone);
  if (rest.length === wanted.length) return step(wanted, { isShift: true });
  return step(rest, { isShift: true, isLast: false });
};
