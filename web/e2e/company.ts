import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { startTestServer, type TestServer } from '../../signaling/test/start-server.ts';
import { chromiumFlags, chromiumPath } from './person.ts';
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
  visit(name: string, path?: string): Promise<Visitor>;
  /** The visitors of one test leave. */
  part(): Promise<void>;
  close(): Promise<void>;
}

const openPage = async (browser: Browser, address: string, token: string): Promise<Page> => {
  const page = await (await browser.createBrowserContext()).newPage();
  await page.setViewport({ width: 1280, height: 800 });
  await page.evaluateOnNewDocument((value) => {
    localStorage.setItem('boltorezka.language', 'en');
    localStorage.setItem('boltorezka.token', value);
  }, token);
  await page.goto(address);
  return page;
};

export const gatherCompany = async (): Promise<Company> => {
  const server = await startTestServer({ page: true });
  const browser = await puppeteer.launch({ executablePath: chromiumPath, args: chromiumFlags });
  const pages: Page[] = [];
  return {
    server,
    ask: createAskAs(server.url),
    visit: async (name, path = '/r/general') => {
      const { user, token } = await server.register(name);
      const page = await openPage(browser, `${server.url}${path}`, token);
      pages.push(page);
      return { id: user.id, name, token, page };
    },
    part: async () => {
      for (const page of pages.splice(0)) await page.browserContext().close();
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
};
