import type { DeviceSession } from '@boltorezka/protocol';
import bowser from 'bowser';

/** Programs name themselves as long as they like. */
const maxUserAgentLength = 300;

/** What is kept of a `User-Agent` header. PostgreSQL holds no NUL, and headers are Latin 1. */
export const toStoredUserAgent = (header: string | undefined): string | null =>
  header?.replaceAll('\0', '').slice(0, maxUserAgentLength) ?? null;

const joined = (...words: (string | undefined)[]): string | null =>
  words.filter((word) => word !== undefined && word !== '').join(' ') || null;

/** `Firefox 152` and `macOS 15.1`, for people to know their device by. Nothing is decided by it. */
export const describeDevice = (userAgent: string | null): Pick<DeviceSession, 'browser' | 'os'> => {
  if (!userAgent) return { browser: null, os: null };
  const { browser, os } = bowser.parse(userAgent);
  // A program that is no browser names itself first: `curl/8.5.0`, `Boltorezka/1.0 CFNetwork/…`.
  const named = browser.name || /^[\w.-]{1,40}/.exec(userAgent)?.[0];
  return {
    browser: joined(named, browser.version?.split('.')[0]),
    os: joined(os.name, os.versionName ?? os.version),
  };
};
