import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { endProcess } from '../../../signaling/test/processes.ts';
import { makeDataDir, startProcess } from '../../../signaling/test/start-process.ts';
import { launchShell } from '../browser.ts';
import { writeTone } from '../tone.ts';
import { type Gate, openGate } from './gate.ts';
import { createWorld, type Language, type World } from './world.ts';

export type { Language } from './world.ts';
export type Theme = 'light' | 'dark';

/** How a page is looked at. */
export interface Variant {
  language: Language;
  theme: Theme;
  phone: boolean;
}

export interface Visit {
  /** The session that the page comes back with; without one it is the page of somebody new. */
  token?: string;
  path?: string;
  /** Through the gate, for a visit whose server is to go away. */
  gated?: boolean;
  /** Runs in the page before its own script. */
  prepare?: (page: Page) => Promise<unknown>;
}

/** A server with people on it, and a browser to look at it with. */
export interface Stage {
  readonly language: Language;
  readonly url: string;
  readonly world: World;
  readonly gate: Gate;
  /** A page in a storage of its own. */
  visit(variant: Variant, visit?: Visit): Promise<Page>;
  close(): Promise<void>;
}

const viewports = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 360, height: 740, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
};

/** A steady tone, and nothing that would take it for noise. */
const microphone = JSON.stringify({
  noiseSuppression: false,
  echoCancellation: false,
  autoGainControl: false,
});

const launch = (folder: string): Promise<Browser> => {
  const tone = join(folder, 'tone.wav');
  writeTone(tone, 440);
  return launchShell({
    userDataDir: join(folder, 'profile'),
    args: ['--mute-audio', `--use-file-for-fake-audio-capture=${tone}`],
  });
};

interface Parts {
  browser: Browser;
  url: string;
  gate: Gate;
}

const openVisit = async (parts: Parts, variant: Variant, visit: Visit): Promise<Page> => {
  const { browser, url, gate } = parts;
  const page = await (await browser.createBrowserContext()).newPage();
  await page.setViewport(variant.phone ? viewports.phone : viewports.desktop);
  const stored = {
    'boltorezka.language': variant.language,
    'boltorezka.theme': variant.theme,
    'boltorezka.microphone': microphone,
    ...(visit.token === undefined ? {} : { 'boltorezka.token': visit.token }),
  };
  await page.evaluateOnNewDocument((entries) => {
    // Once: what the page forgets later stays forgotten.
    if (sessionStorage.getItem('prepared') !== null) return;
    sessionStorage.setItem('prepared', 'yes');
    for (const [key, value] of entries) localStorage.setItem(key, value);
  }, Object.entries(stored));
  await visit.prepare?.(page);
  await page.goto(`${visit.gated ? gate.url : url}${visit.path ?? '/'}`);
  return page;
};

const startServer = async (): Promise<{ child: ChildProcess; url: string; remove: () => void }> => {
  const dataDir = makeDataDir();
  try {
    const { child, url } = await startProcess({ dataDir: dataDir.path });
    return { child, url, remove: dataDir.remove };
  } catch (error) {
    dataDir.remove();
    throw error;
  }
};

export const createStage = async (language: Language): Promise<Stage> => {
  const folder = mkdtempSync(join(tmpdir(), 'boltorezka-stage-'));
  const { child, url, remove } = await startServer();
  const gate = await openGate(Number(new URL(url).port));
  const world = await createWorld(url, language);
  const browser = await launch(folder);
  return {
    language,
    url,
    world,
    gate,
    visit: (variant, visit = {}) => openVisit({ browser, url, gate }, variant, visit),
    close: async () => {
      await browser.close();
      await world.close();
      await gate.close();
      await endProcess(child);
      remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
