import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import { startTestServer, type TestServer } from '../../signaling/test/start-server.ts';
import { launchShell } from './browser.ts';
import { type AskAs, createAskAs } from './stage/rest-as.ts';

/** Somebody with a page of their own. */
export interface Visitor {
  id: string;
  name: string;
  token: string;
  page: Page;
}

/** A server, and people who look at it, each in a storage of their own. */
export interface Company {
  server: TestServer;
  ask: AskAs;
  /** @param preferences what the browser remembers of an earlier visit. */
  visit(name: string, path?: string, preferences?: Record<string, string>): Promise<Visitor>;
  /** Somebody who has no account yet. */
  arrive(path: string): Promise<Page>;
  /** The same person, in another tab of the same browser. */
  again(visitor: Visitor, path: string): Promise<Page>;
  /** The visitors of one test leave. */
  part(): Promise<void>;
  close(): Promise<void>;
}

const openPage = async (
  context: BrowserContext,
  address: string,
  preferences: Record<string, string>,
): Promise<Page> => {
  const page = await context.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  await page.evaluateOnNewDocument((kept) => {
    localStorage.setItem('boltorezka.language', 'en');
    for (const [key, value] of Object.entries(kept)) localStorage.setItem(key, value);
  }, preferences);
  await page.goto(address);
  return page;
};

export const gatherCompany = async (launch: () => Promise<Browser> = launchShell): Promise<Company> => {
  const server = await startTestServer({ page: true });
  const browser = await launch();
  const pages: Page[] = [];
  return {
    server,
    ask: createAskAs(server.url),
    visit: async (name, path = '/r/general', preferences = {}) => {
      const { user, token } = await server.register(name);
      const context = await browser.createBrowserContext();
      await context.overridePermissions(server.url, ['notifications']);
      const kept = { ...preferences, 'boltorezka.token': token };
      const page = await openPage(context, `${server.url}${path}`, kept);
      pages.push(page);
      return { id: user.id, name, token, page };
    },
    arrive: async (path) => {
      const page = await openPage(await browser.createBrowserContext(), server.url + path, {});
      pages.push(page);
      return page;
    },
    again: (visitor, path) => openPage(visitor.page.browserContext(), `${server.url}${path}`, {}),
    part: async () => {
      for (const page of pages.splice(0)) await page.browserContext().close();
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
};
