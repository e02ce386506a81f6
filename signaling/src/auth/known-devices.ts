import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { Caller } from '../http/caller.ts';
import { isSecure, pathOfAuth } from './cookies.ts';

const nonceBytes = 16;
const macBytes = 16;

/** Of those who sign in with one browser; whoever did so the longest ago is a stranger again. */
const maxAccounts = 5;

/** Browsers keep a cookie for 400 days at most. */
const maxAgeS = 400 * 24 * 60 * 60;

/** Tells browsers in which an account has been signed in from others. What they show opens nothing. */
export interface KnownDevices {
  /** What this browser is called where it is one of the account's; undefined for a stranger. */
  find(caller: Caller, email: string): string | undefined;
  /** The cookie that has the browser be known; what else it is known to, it stays. */
  remember(caller: Caller, email: string): string;
}

export const createKnownDevices = (secret: string): KnownDevices => {
  const key = createHmac('sha256', secret).update('known device').digest();
  // Browsers do not tell ports apart: two servers at one host would take each other's.
  const name = `boltorezka_device_${createHash('sha256').update(`device ${secret}`).digest('hex').slice(0, 8)}`;
  const sign = (nonce: Buffer, email: string) =>
    createHmac('sha256', key).update(nonce).update(email).digest().subarray(0, macBytes);
  const shown = ({ headers }: Caller) =>
    (parseCookie(headers.cookie ?? '')[name] ?? '').split('.').slice(0, maxAccounts);
  const nonceOf = (mark: string, email: string): string | undefined => {
    const bytes = Buffer.from(mark, 'base64url');
    if (bytes.length !== nonceBytes + macBytes) return undefined;
    const nonce = bytes.subarray(0, nonceBytes);
    return timingSafeEqual(sign(nonce, email), bytes.subarray(nonceBytes))
      ? nonce.toString('base64url')
      : undefined;
  };
  return {
    find: (caller, email) => {
      for (const mark of shown(caller)) {
        const nonce = nonceOf(mark, email);
        if (nonce !== undefined) return nonce;
      }
      return undefined;
    },
    remember: (caller, email) => {
      const nonce = randomBytes(nonceBytes);
      const mark = Buffer.concat([nonce, sign(nonce, email)]).toString('base64url');
      const others = shown(caller).filter((other) => /^[\w-]{43}$/.test(other) && !nonceOf(other, email));
      const value = [mark, ...others].slice(0, maxAccounts).join('.');
      const flags = { httpOnly: true, sameSite: 'strict' as const, secure: isSecure(caller) };
      return stringifySetCookie({ name, value, path: pathOfAuth, maxAge: maxAgeS, ...flags });
    },
  };
};
