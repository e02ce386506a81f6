import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, KeyInput, Page } from 'puppeteer-core';
import { type BenchContext, percentile } from '../report.ts';
import { traceFrames } from './frames.ts';
import type { FilledRoom } from './room.ts';

const nextFrame = (page: Page): Promise<unknown> =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));

const scroll = async (page: Page): Promise<void> => {
  await page.mouse.move(640, 400);
  for (let n = 0; n < 200; n += 1) {
    await page.mouse.wheel({ deltaY: n < 50 ? -240 : 240 });
    await nextFrame(page);
  }
};

/** A key in each frame: four times as fast as the fastest people are. */
const type = async (page: Page): Promise<void> => {
  await page.focus('[data-testid="chat-input"]');
  for (const key of 'A message as people write them, a little longer than one line of it would be. '.repeat(
    3,
  )) {
    await page.keyboard.press(key as KeyInput);
    await nextFrame(page);
  }
};

/** Messages of others, as fast as a frame draws them. */
const receive = async (page: Page, room: FilledRoom): Promise<void> => {
  for (let n = 0; n < 100; n += 1) {
    await room.write(`a message that comes, ${n}`);
    await nextFrame(page);
  }
};

/** To the beginning, page by page. */
const readBack = (page: Page): Promise<unknown> =>
  page.evaluate(async () => {
    const box = document.querySelector('[data-testid="chat-message"]')?.closest('[tabindex="0"]');
    const hasMore = () => document.querySelector('[data-testid="chat-older"]') !== null;
    for (let still = 0; box && still < 30; still = hasMore() ? 0 : still + 1) {
      box.scrollTop = 0;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });

const toNewest = async (page: Page): Promise<void> => {
  await page.click('[data-testid="chat-latest"]');
  await page.waitForSelector('[data-testid="chat-latest"]', { hidden: true });
};

interface Worked {
  url: string;
  room: FilledRoom;
}

/** What the page's main thread does in a room that was read back to its beginning. */
export const tableWork = async (
  browser: Browser,
  { url, room }: Worked,
  { table }: BenchContext,
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'boltorezka-trace-'));
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  await page.goto(url, { waitUntil: 'networkidle0' });
  await page.waitForSelector('[data-testid="chat-message"]');
  await readBack(page);
  const rows: Record<string, string | number>[] = [];
  const measure = async (what: string, act: () => Promise<void>): Promise<void> => {
    const work = await traceFrames(page, join(folder, 'trace.json'), act);
    rows.push({
      'main thread while': what,
      frames: work.length,
      'p50, ms': percentile(work, 50).toFixed(1),
      'p99, ms': percentile(work, 99).toFixed(1),
      'worst, ms': percentile(work, 100).toFixed(1),
      'over 16 ms': work.filter((ms) => ms > 16).length,
    });
  };
  await measure('scrolling', () => scroll(page));
  await measure('typing', () => type(page));
  await measure('going to the newest', () => toNewest(page));
  await measure('messages come', () => receive(page, room));
  table(rows);
  await page.close();
  rmSync(folder, { recursive: true, force: true });
};
