import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { NPM_FLAGS } from '../../setup/npm-flags.mjs';

const folder = fileURLToPath(new URL('lighthouse', import.meta.url));
const entry = join(folder, 'node_modules/lighthouse/core/index.js');

export interface LighthouseScores {
  performance: number;
  accessibility: number;
  /** First and largest contentful paint, total blocking time: milliseconds. Layout shift: a share. */
  firstPaintMs: number;
  largestPaintMs: number;
  blockingMs: number;
  layoutShift: number;
}

interface LighthouseModule {
  default: (url: string, flags: object, config?: unknown) => Promise<{ lhr: LighthouseResult } | undefined>;
  desktopConfig: unknown;
}

interface LighthouseResult {
  runtimeError?: { message: string };
  categories: Record<string, { score: number | null }>;
  audits: Record<string, { numericValue?: number; errorMessage?: string }>;
}

export type Audit = (url: string, device: 'phone' | 'desktop') => Promise<LighthouseScores>;

/** What kept it from telling, once each. */
const reasonsOf = ({ runtimeError, audits }: LighthouseResult): string =>
  [...new Set([runtimeError?.message, ...Object.values(audits).map(({ errorMessage }) => errorMessage)])]
    .filter((reason) => reason !== undefined)
    .join(' ');

const readScores = (result: LighthouseResult): LighthouseScores => {
  const { categories, audits } = result;
  const score = (name: string): number => {
    const share = categories[name]?.score;
    if (typeof share !== 'number')
      throw new Error(`Lighthouse could not tell the ${name} of the page. ${reasonsOf(result)}`);
    return Math.round(share * 100);
  };
  const value = (name: string): number => audits[name]?.numericValue ?? Number.NaN;
  return {
    performance: score('performance'),
    accessibility: score('accessibility'),
    firstPaintMs: value('first-contentful-paint'),
    largestPaintMs: value('largest-contentful-paint'),
    blockingMs: value('total-blocking-time'),
    layoutShift: value('cumulative-layout-shift'),
  };
};

const install = async (signal: AbortSignal): Promise<void> => {
  if (existsSync(entry)) return;
  await promisify(execFile)('npm', ['ci', ...NPM_FLAGS], { cwd: folder, signal });
};

/**
 * Lighthouse, installed with the first use, in a browser that listens on `port`. Its own throttling: a slow 4G and a
 * processor four times slower for `phone`, a fast line and the processor as it is for `desktop`.
 */
export const loadLighthouse = async (port: number, signal: AbortSignal): Promise<Audit> => {
  await install(signal);
  const { default: run, desktopConfig } = (await import(entry)) as LighthouseModule;
  return async (url, device) => {
    const flags = {
      port,
      output: [],
      logLevel: 'silent',
      onlyCategories: ['performance', 'accessibility'],
      // Who is signed in stays so. It spares the cache as well: whoever asks for an audit empties that first.
      disableStorageReset: true,
    };
    const result = await run(url, flags, device === 'desktop' ? desktopConfig : undefined);
    if (!result) throw new Error(`Lighthouse gave no result for ${url}`);
    return readScores(result.lhr);
  };
};
