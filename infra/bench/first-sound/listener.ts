import { setTimeout as sleep } from 'node:timers/promises';
import { soundsAfterMs } from '../../../web/e2e/gap.ts';
import { listenInPage, workletPath } from '../../../web/e2e/listener.ts';
import { Person } from '../../../web/e2e/person.ts';
import {
  clickInPage,
  installBenchHooks,
  type MediaFacts,
  mediaFactsInPage,
  type PageMarks,
} from './page-hooks.ts';
import type { Place } from './places.ts';
import type { Path } from './relay/index.ts';
import type { JoinWindow } from './round-trips.ts';

export interface Join extends JoinWindow {
  marks: PageMarks;
  media: MediaFacts | null;
}

export interface Listener {
  /** Points at the button, and waits until whatever that brings about is done. */
  point(): Promise<void>;
  /** Joins voice and waits for the speaker's sound. */
  join(): Promise<Join>;
  leaveVoice(): Promise<void>;
  close(): Promise<void>;
}

const joinButton = '[data-testid="voice-join"]';
const quietMs = 500;
/** Blocks of 10 ms from which the steady level is told. */
const steadyBlocks = 20;
const soundTimeoutMs = 20_000;

/** What the browser and the page do on their own after they came up, or after a call, must not weigh on the next join. */
const waitForQuiet = async ({ events }: Path): Promise<void> => {
  for (;;) {
    const { length } = events;
    await sleep(quietMs);
    if (events.length === length) return;
  }
};

const startListening = async ({ page }: Person, speaker: Person): Promise<void> => {
  await page.evaluate(listenInPage, { userName: speaker.name, hz: speaker.hz, workletPath });
  // From here on requests take their own way: held up for inspection, each would wait for this process.
  await page.setRequestInterception(false);
};

/** Waits until the tone has sounded for a while. */
const waitForSound = (person: Person, speaker: Person, clickedAtMs: number) =>
  person.page.waitForFunction(
    (name, since, count) => {
      const blocks = window.e2eBlocks[name]?.filter(({ at }) => at >= since) ?? [];
      return blocks.filter(({ power }) => power > 1e-3).length >= count;
    },
    { polling: 100, timeout: soundTimeoutMs },
    speaker.name,
    clickedAtMs,
    2 * steadyBlocks,
  );

const join = async (person: Person, speaker: Person): Promise<Join> => {
  const { page } = person;
  const clickedAtMs = await page.evaluate(clickInPage, joinButton);
  await waitForSound(person, speaker, clickedAtMs);
  const blocks = await person.blocksOf(speaker);
  const soundsMs = soundsAfterMs(blocks, clickedAtMs, blocks.slice(-steadyBlocks));
  if (soundsMs === undefined) throw new Error('The tone did not last');
  const marks = await page.evaluate(() => window.benchMarks);
  const media = await page.evaluate(mediaFactsInPage);
  const soundedAtMs = clickedAtMs + soundsMs;
  return { clickedAtMs, soundedAtMs, attachedAtMs: marks.attachedAtMs ?? soundedAtMs, marks, media };
};

/** A browser with a profile of its own, before the button that joins; the product's page has not loaded the code of calls. */
export const openListener = async (path: Path, { speaker, enter }: Place): Promise<Listener> => {
  // A document without scripts, so that the hooks are in place before the page's first.
  const person = await Person.arrive({ url: `${path.url}/livez`, name: 'Listener', hz: 660 });
  try {
    await person.page.evaluateOnNewDocument(installBenchHooks, path.mediaPort);
    await person.page.goto(path.url);
    await enter(person);
    await person.page.waitForSelector(`${joinButton}:not([disabled])`);
    await startListening(person, speaker);
    await waitForQuiet(path);
  } catch (error) {
    await person.leave();
    throw error;
  }
  return {
    point: async () => {
      await person.page.hover(joinButton);
      await waitForQuiet(path);
    },
    join: () => join(person, speaker),
    leaveVoice: async () => {
      await person.leaveVoice();
      await waitForQuiet(path);
    },
    close: () => person.leave(),
  };
};
