import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchShell } from '../../web/e2e/browser.ts';
import type { OutboxEntry, OutboxStorage, OutboxTurn } from '../src/types/outbox.ts';

/** What a page of the test keeps, so that later calls find it. */
interface Kept {
  outbox: OutboxStorage;
  turn: OutboxTurn;
  told: string[];
}

const bundle = async (): Promise<string> => {
  const entry = fileURLToPath(new URL('../src/outbox/browser-outbox.ts', import.meta.url));
  const lib = { entry, formats: ['es' as const] };
  const built = await build({ configFile: false, logLevel: 'silent', build: { write: false, lib } });
  const [output] = Array.isArray(built) ? built : [built];
  const [chunk] = output && 'output' in output ? output.output : [];
  if (chunk?.type !== 'chunk') throw new Error('The outbox could not be built');
  return chunk.code;
};

const entry = (key: string, fields: Partial<OutboxEntry> = {}): OutboxEntry => ({
  key,
  userId: 'ann',
  roomSlug: 'general',
  order: 1,
  createdAt: new Date().toISOString(),
  text: key,
  refusal: null,
  ...fields,
});

const html = `<!doctype html><title>outbox</title><script type="module">
  import { createBrowserOutbox } from '/outbox.js';
  window.kept = { outbox: createBrowserOutbox(), told: [] };
</script>`;

const waitForOutbox = (page: Page) => page.waitForFunction(() => 'kept' in window);

const enterTurn = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const { kept } = window as unknown as { kept: Kept };
    const turn = kept.outbox.enterTurn?.('ann', {
      onTurn: () => kept.told.push('turn'),
      onTurnLost: () => kept.told.push('lost'),
      onChanged: () => kept.told.push('changed'),
    });
    Object.assign(kept, { turn });
  });

const told = (page: Page): Promise<string[]> =>
  page.evaluate(() => (window as unknown as { kept: Kept }).kept.told);
const save = (page: Page, one: OutboxEntry): Promise<void> =>
  page.evaluate(async (given) => {
    await (window as unknown as { kept: Kept }).kept.outbox.save(given);
  }, one);
const keysOf = (page: Page, userId: string): Promise<string[]> =>
  page.evaluate(async (id) => {
    const entries = await (window as unknown as { kept: Kept }).kept.outbox.load(id);
    return entries.map(({ key }) => key).sort();
  }, userId);

describe('the outbox in a browser', () => {
  let browser: Browser;
  let context: BrowserContext;
  let closeServer: () => void;
  let url: string;
  const open = async (): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(url);
    await waitForOutbox(page);
    return page;
  };

  beforeAll(async () => {
    const code = await bundle();
    const server = createServer(({ url: path }, response) => {
      const isCode = path === '/outbox.js';
      response.setHeader('content-type', isCode ? 'text/javascript' : 'text/html');
      response.end(isCode ? code : html);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`;
    closeServer = () => {
      server.closeAllConnections();
      server.close();
    };
    browser = await launchShell();
  });
  afterAll(async () => {
    await browser?.close();
    closeServer?.();
  });
  beforeEach(async () => {
    context = await browser.createBrowserContext();
  });
  afterEach(async () => {
    await context.close();
  });

  it('keeps what waits over a reload, each person’s own, until it is removed', async () => {
    const page = await open();
    await save(page, entry('a'));
    await save(page, entry('b', { refusal: { code: 'Forbidden', message: 'No' } }));
    await save(page, entry('theirs', { userId: 'bob' }));
    await page.reload();
    await waitForOutbox(page);
    expect(await keysOf(page, 'ann')).toEqual(['a', 'b']);
    expect(await keysOf(page, 'bob')).toEqual(['theirs']);
    await page.evaluate(() => (window as unknown as { kept: Kept }).kept.outbox.remove('a'));
    expect(await keysOf(page, 'ann')).toEqual(['b']);
  });

  it('drops what others wrote too long ago, and erases what one person wrote', async () => {
    const page = await open();
    const createdAt = '2020-01-01T00:00:00.000Z';
    await save(page, entry('theirs', { createdAt, userId: 'bob' }));
    await save(page, entry('old', { createdAt }));
    await page.evaluate(async () => {
      await (window as unknown as { kept: Kept }).kept.outbox.dropBefore(Date.now() - 60_000, 'ann');
    });
    expect([await keysOf(page, 'bob'), await keysOf(page, 'ann')]).toEqual([[], ['old']]);
    await save(page, entry('theirs', { userId: 'bob' }));
    await page.evaluate(() => (window as unknown as { kept: Kept }).kept.outbox.erase('ann'));
    expect([await keysOf(page, 'bob'), await keysOf(page, 'ann')]).toEqual([['theirs'], []]);
  });

  it('has one page send: the first, then the one that is written in, then the one that is left', async () => {
    const first = await open();
    const second = await open();
    await enterTurn(first);
    await expect.poll(() => told(first)).toEqual(['turn']);
    await enterTurn(second);
    await second.evaluate(() => (window as unknown as { kept: Kept }).kept.turn.take());
    await expect.poll(() => told(second)).toEqual(['turn']);
    await expect.poll(() => told(first)).toEqual(['turn', 'lost']);
    await second.evaluate(() => (window as unknown as { kept: Kept }).kept.turn.announce());
    await expect.poll(() => told(first)).toEqual(['turn', 'lost', 'changed']);
    await second.close();
    await expect.poll(() => told(first)).toEqual(['turn', 'lost', 'changed', 'turn']);
  });
});
