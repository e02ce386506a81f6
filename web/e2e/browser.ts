import puppeteer, { type Browser, type LaunchOptions } from 'puppeteer-core';

export const chromiumPath = '/usr/bin/chromium';

/** Chromium as root, without a network of its own, with a microphone that nobody is asked for. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--autoplay-policy=no-user-gesture-required',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--lang=en-US',
];

/** The engine of Chromium without the browser around it: a page takes two thirds of the time to come up. */
const shellPath = '/usr/bin/chromium-headless-shell';

export const launchChromium = (more: string[] = []): Promise<Browser> =>
  puppeteer.launch({ executablePath: chromiumPath, args: [...chromiumFlags, ...more] });

/** For pages that are looked at alone: calls that are heard, recordings and notifications want the whole of Chromium. */
export const launchShell = ({ args = [], ...options }: LaunchOptions = {}): Promise<Browser> =>
  puppeteer.launch({ executablePath: shellPath, args: [...chromiumFlags, ...args], ...options });
