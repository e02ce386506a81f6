import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Browser } from 'puppeteer-core';
import { launchChromium } from '../../../web/e2e/browser.ts';
import { startBenchServer } from '../common/bench-server.ts';
import { type Bench, type BenchContext, percentile } from '../report.ts';
import { type Audit, type LighthouseScores, loadLighthouse } from './lighthouse.ts';
import { fillRoom } from './room.ts';
import { tableWork } from './work.ts';

const runs = 5;
const assets = fileURLToPath(new URL('../../../web/dist/assets', import.meta.url));

const kilobytes = (bytes: number): number => Math.round(bytes / 100) / 10;

/** The scripts that the page loads until it is called, and what the first call adds. */
const tableScripts = async (browser: Browser, url: string, { table }: BenchContext): Promise<void> => {
  const page = await browser.newPage();
  const before = new Set<string>();
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') before.add(new URL(response.url()).pathname);
  });
  await page.goto(url, { waitUntil: 'networkidle0' });
  await page.waitForSelector('[data-testid="chat-message"]');
  const isBefore = (file: string): boolean => before.has(`/assets/${file}`);
  table(
    readdirSync(assets)
      .filter((file) => file.endsWith('.js'))
      .map((file) => ({ file, text: readFileSync(join(assets, file)) }))
      .map(({ file, text }) => ({
        script: file.replace(/-[\w-]{8}\.js$/, ''),
        'before the first call': isBefore(file) ? 'yes' : 'no',
        kB: kilobytes(text.length),
        'kB gzip': kilobytes(gzipSync(text, { level: 9 }).length),
        'kB brotli': kilobytes(brotliCompressSync(text).length),
      })),
  );
  await page.close();
};

interface Auditing {
  audit: Audit;
  browser: Browser;
}

/** Through the page that the browser began with: one that is opened for it leaves Lighthouse's own unpainted. */
const emptyCache = async (browser: Browser): Promise<void> => {
  const [page] = await browser.pages();
  const session = await page?.createCDPSession();
  if (!session) throw new Error('the browser has no page to empty its cache through');
  await session.send('Network.clearBrowserCache');
  await session.detach();
};

const auditPage = async (
  { audit, browser }: Auditing,
  url: string,
  { signal, table }: BenchContext,
): Promise<void> => {
  for (const device of ['phone', 'desktop'] as const) {
    const results: LighthouseScores[] = [];
    for (let n = 0; n < runs; n += 1) {
      signal.throwIfAborted();
      await emptyCache(browser);
      results.push(await audit(url, device));
    }
    const median = (pick: (result: LighthouseScores) => number) =>
      Math.round(percentile(results.map(pick), 50));
    table([
      {
        'throttled as': device,
        runs,
        performance: median((result) => result.performance),
        'worst performance': Math.min(...results.map((result) => result.performance)),
        accessibility: Math.min(...results.map((result) => result.accessibility)),
        'first paint, ms': median((result) => result.firstPaintMs),
        'largest paint, ms': median((result) => result.largestPaintMs),
        'blocking, ms': median((result) => result.blockingMs),
        'layout shift': Math.max(...results.map((result) => result.layoutShift)).toFixed(3),
      },
    ]);
  }
};

const launch = (): Promise<Browser> => launchChromium(['--remote-debugging-port=0']);

const signIn = async (browser: Browser, url: string, token: string): Promise<void> => {
  const page = await browser.newPage();
  await page.goto(url);
  await page.evaluate((value) => localStorage.setItem('boltorezka.token', value), token);
  await page.close();
};

const run = async (context: BenchContext): Promise<void> => {
  const server = await startBenchServer();
  const browser = await launch();
  try {
    const port = Number(new URL(browser.wsEndpoint()).port);
    const audit = await loadLighthouse(port, context.signal);
    context.print(`Lighthouse on the sign-in page, median of ${runs} runs with its own throttling`);
    await auditPage({ audit, browser }, server.url, context);
    const filled = await fillRoom(server.url);
    await signIn(browser, server.url, filled.token);
    const room = `${server.url}/r/general`;
    context.print('Lighthouse in a room with 2,000 messages');
    await auditPage({ audit, browser }, room, context);
    context.print('Scripts of the page, compressed as they are served');
    await tableScripts(browser, room, context);
    context.print(
      'Work of the main thread in each 1/60 s in that room, read back to its beginning, from a trace',
    );
    await tableWork(browser, { url: room, room: filled }, context);
    await filled.close();
  } finally {
    await browser.close();
    await server.close();
  }
};

export const bench: Bench = {
  name: 'page',
  summary: 'Lighthouse, bytes of script and work per frame of the page',
  run,
};
