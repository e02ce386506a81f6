import type { HTTPRequest, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Conversation, closePage, copiesCode, sees, startConversation } from './conversation.ts';
import { testId } from './test-id.ts';

let conversation: Conversation;
let writer: Conversation['writer'];
beforeAll(async () => {
  conversation = await startConversation();
  ({ writer } = conversation);
});
afterAll(() => conversation?.close());

const code = `${testId('chat-code')} code`;
const fenced = (language: string, text: string) => `\`\`\`${language}\n${text}\n\`\`\``;

const isColoured = (page: Page) => page.waitForSelector(`${code} span`);

/** The markup of all code that is shown, without classes. */
const markupOf = (page: Page) =>
  page.$$eval(code, (nodes) => nodes.map((node) => node.innerHTML.replaceAll(/ class="[^"]*"/g, '')));

const colourOf = (page: Page, text: string) =>
  page.$$eval(
    `${code} span`,
    (spans, wanted) => {
      const found = spans.find((span) => span.textContent === wanted);
      return found ? getComputedStyle(found).color : null;
    },
    text,
  );

describe('code in a message', () => {
  it('has its colours, other ones in the dark, and is copied as it was written', async () => {
    const page = await conversation.openAsBoris(await writer.startRoom(fenced('ts', 'const a = "b";')));
    await isColoured(page);
    expect(await markupOf(page)).toEqual(['<span>const</span> a = <span>"b"</span>;']);
    const inks = new Set<string | null>();
    for (const value of ['light', 'dark']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
      for (const word of ['const', '"b"']) inks.add(await colourOf(page, word));
    }
    expect(inks.size).toBe(4);
    await copiesCode(page, 'const a = "b";');
    await closePage(page);
  });

  it('brings no worker where nobody has written any that has colours', async () => {
    const page = await conversation.openAsBoris(
      await writer.startRoom('hello', fenced('', 'plain'), fenced('brainfuck', '+-')),
    );
    await page.waitForSelector(code);
    await page.waitForNetworkIdle({ idleTime: 300 });
    expect(page.workers()).toEqual([]);
    await writer.write(new URL(page.url()).pathname.split('/').at(-1) ?? '', fenced('json', '{"a": 1}'));
    await isColoured(page);
    expect(page.workers().length).toBe(1);
    await closePage(page);
  });

  it('is never read as markup, whatever it says and in whichever language', async () => {
    const attacks = [
      '</code></pre><img src=x onerror="document.title=\'hurt\'">',
      '<script>document.title="hurt"</script>',
      '<span class="x" onmouseover="document.title=\'hurt\'">&lt;b&gt;</span>',
    ];
    const texts = ['html', 'js', 'php', 'json'].flatMap((language) =>
      attacks.map((attack) => fenced(language, attack)),
    );
    const page = await conversation.openAsBoris(await writer.startRoom(...texts));
    await isColoured(page);
    await page.waitForNetworkIdle({ idleTime: 300 });
    const shown = await page.$$eval(code, (nodes) => nodes.map((node) => node.textContent));
    expect(shown.length).toBeGreaterThan(0);
    for (const text of shown) expect(attacks).toContain(text);
    expect(await page.$$(`${code} :not(span)`)).toEqual([]);
    expect(await page.$$(`${code} span:not([class])`)).toEqual([]);
    expect(await page.title()).not.toContain('hurt');
    await closePage(page);
  });

  it('that is made to be read for ever stays plain, and keeps neither keys nor other code waiting', async () => {
    const slug = await writer.startRoom(fenced('c', 'for ever'));
    const page = await conversation.openAsBoris(await writer.startRoom('elsewhere'));
    let asked = 0;
    await page.setRequestInterception(true);
    // The first worker that is brought never answers.
    page.on('request', (request: HTTPRequest) => {
      const isWorker = request.url().includes('colour-worker');
      if (isWorker) asked += 1;
      const body = 'onmessage = () => { for (;;); }; postMessage("ready");';
      void (
        isWorker && asked === 1
          ? request.respond({ contentType: 'text/javascript', body })
          : request.continue()
      ).catch(() => undefined);
    });
    await page.locator(testId(`room-${slug}`)).click();
    await page.waitForFunction(() => document.querySelector('pre code')?.textContent === 'for ever');
    await page.focus(testId('chat-input'));
    await page.keyboard.type('still here');
    await page.keyboard.press('Enter');
    await sees(page, 'still here');
    await writer.write(slug, fenced('ts', 'const a = 1;'));
    await isColoured(page);
    expect(await markupOf(page)).toEqual(['for ever', '<span>const</span> a = <span>1</span>;']);
    expect(asked).toBe(2);
    await closePage(page);
  });
});
