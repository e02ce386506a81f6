import { type ColourAnswer, type ColourTask, Painter, type PainterDeps } from './painter.ts';

/** Which parts of code are to have which colour. */
export interface Colours {
  /** Undefined: it is not known yet. */
  get(task: ColourTask): ColourAnswer | undefined;
  /** Calls back when it is known; what is returned takes that back. */
  ask(task: ColourTask, onKnown: () => void): () => void;
}

/** More than one sees, so that what was scrolled away comes back in colour. */
const maxKept = 200;

const keyOf = ({ grammar, text }: ColourTask): string => `${grammar}\n${text}`;

/**
 * The colours of code, one text after the other, each read once. Keys and clicks wait for none of it, whatever somebody has
 * sent; what takes too long stays without colours.
 */
export const createColours = (deps: PainterDeps): Colours => {
  const painter = new Painter(deps);
  const known = new Map<string, ColourAnswer>();
  const asked = new Map<string, { task: ColourTask; waiting: Set<() => void> }>();
  let running: string | null = null;
  const keep = (key: string, answer: ColourAnswer): void => {
    known.set(key, answer);
    const [oldest] = known.keys();
    if (known.size > maxKept && oldest !== undefined) known.delete(oldest);
  };
  const runNext = (): void => {
    const [next] = asked;
    if (running !== null || !next) return;
    const [key, { task, waiting }] = next;
    running = key;
    painter.paint(task, (answer) => {
      running = null;
      asked.delete(key);
      if (answer !== undefined) keep(key, answer);
      for (const onKnown of waiting) onKnown();
      runNext();
    });
  };
  return {
    get: (task) => known.get(keyOf(task)),
    ask: (task, onKnown) => {
      const key = keyOf(task);
      const job = asked.get(key) ?? { task, waiting: new Set() };
      job.waiting.add(onKnown);
      asked.set(key, job);
      runNext();
      return () => {
        job.waiting.delete(onKnown);
        // What is out of view before its turn is not read at all.
        if (job.waiting.size === 0 && key !== running) asked.delete(key);
      };
    },
  };
};
