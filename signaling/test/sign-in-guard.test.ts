import { randomUUID } from 'node:crypto';
import type { AuthResult, ErrorBody } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answered, call, testPassword } from './call.ts';
import { type CountingServers, startCountingServers } from './counting-servers.ts';

const guessesPerHour = 3;

let counting: CountingServers;
beforeAll(async () => {
  counting = await startCountingServers({
    RATE_LIMIT_GUESSES_PER_HOUR: String(guessesPerHour),
    // Whoever asks is who the header says: a botnet has as many addresses as it likes.
    TRUST_PROXY: 'loopback',
  });
});
afterAll(() => counting.close());

let lastAddress = 0;
/** One that nobody has asked from before. */
const newAddress = (): string => {
  lastAddress += 1;
  return `198.51.${Math.floor(lastAddress / 250)}.${(lastAddress % 250) + 1}`;
};

interface From {
  address?: string;
  cookie?: string;
  /** Which of the two processes is asked. */
  at?: 0 | 1;
}

const headersOf = ({ address = newAddress(), cookie }: From): Record<string, string> => ({
  'x-forwarded-for': address,
  ...(cookie && { cookie }),
});

const signIn = (
  email: string,
  password: string,
  from: From = {},
): Promise<Answered<AuthResult & ErrorBody>> =>
  call(counting.servers[from.at ?? 0].url, 'POST /v1/auth/login', {
    body: { email, password, renewal: 'cookie' },
    headers: headersOf(from),
  });

/** Somebody who has signed up at an address of their own, with a browser of their own. */
const newOwner = async () => {
  const address = newAddress();
  const email = `${randomUUID()}@example.org`;
  const { headers } = await call(counting.servers[0].url, 'POST /v1/auth/register', {
    body: { email, password: testPassword, name: 'Anna', renewal: 'cookie' },
    headers: headersOf({ address }),
  });
  return { email, address, cookie: deviceCookieOf(headers) };
};

const deviceCookieOf = (headers: Headers): string =>
  headers
    .getSetCookie()
    .find((cookie) => cookie.startsWith('boltorezka_device_'))
    ?.split(';')[0] ?? '';

/** Guesses from addresses without number, at both processes, until strangers may guess no more. */
const besiege = async (email: string): Promise<number[]> => {
  const statuses: number[] = [];
  for (let n = 0; n < guessesPerHour + 2; n += 1)
    statuses.push((await signIn(email, `guess ${n}`, { at: n % 2 === 0 ? 0 : 1 })).status);
  return statuses;
};

describe('an account that is guessed at from many addresses and at all processes', () => {
  it('gives so many guesses an hour in all, and then no more, not even to who guesses right', async () => {
    const { email } = await newOwner();
    expect(await besiege(email)).toEqual([...Array(guessesPerHour).fill(401), 429, 429]);
    const right = await signIn(email, testPassword);
    expect(right.status).toBe(429);
    expect(right.body.error).toBe('RateLimited');
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(600);
  });

  it('lets its owner in by a browser in which they have signed in before, wherever they are', async () => {
    const { email, cookie } = await newOwner();
    await besiege(email);
    const signedIn = await signIn(email, testPassword, { cookie, at: 1 });
    expect(signedIn.status).toBe(200);
    expect((await signIn(email, testPassword, { cookie: deviceCookieOf(signedIn.headers) })).status).toBe(
      200,
    );
  });

  it('lets its owner in from an address where they have signed in before, by whatever program', async () => {
    const { email, address } = await newOwner();
    await besiege(email);
    expect((await signIn(email, testPassword, { address, at: 1 })).status).toBe(200);
    expect((await signIn(email, testPassword)).status).toBe(429);
  });

  it('lets its owner in by the browser that has set another password by a link', async () => {
    const admin = counting.database.db;
    const { email } = await newOwner();
    await besiege(email);
    const code = 'a-code-of-a-reset-link';
    await admin.query(
      `INSERT INTO password_resets (code_hash, user_id, expires_at)
       SELECT sha256($1::bytea), id, now() + interval '1 hour' FROM users WHERE email = $2`,
      [Buffer.from(code), email],
    );
    const reset = await call(counting.servers[0].url, 'POST /v1/auth/password-reset', {
      body: { code, new_password: 'another password' },
    });
    const cookie = deviceCookieOf(reset.headers);
    expect((await signIn(email, 'another password', { cookie })).status).toBe(200);
  });

  it('answers as an address without an account does, from first to last', async () => {
    const { email, address } = await newOwner();
    const nobody = `${randomUUID()}@example.org`;
    const tellOf = async (guessed: string, from: From = {}) => {
      const { status, body, headers } = await signIn(guessed, 'a wrong password', from);
      return { status, body, cookies: headers.getSetCookie() };
    };
    for (let n = 0; n < guessesPerHour; n += 1) expect(await tellOf(email)).toEqual(await tellOf(nobody));
    const [spent, spentByNobody] = [await tellOf(email), await tellOf(nobody)];
    expect(spent.status).toBe(429);
    expect(spent).toEqual(spentByNobody);
    // Nor does who shares the owner's address learn whether somebody there has the account.
    expect(await tellOf(email, { address })).toEqual(spentByNobody);
  });

  it('does not count who signs in with the right password, however often', async () => {
    const { email } = await newOwner();
    for (let n = 0; n < guessesPerHour + 3; n += 1)
      expect((await signIn(email, testPassword, { at: n % 2 === 0 ? 0 : 1 })).status).toBe(200);
    expect((await besiege(email)).filter((status) => status === 401)).toHaveLength(guessesPerHour);
  });

  it('gives many who guess at once no more than one after another', async () => {
    const { email } = await newOwner();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => signIn(email, `guess ${n}`, { at: n % 2 === 0 ? 0 : 1 })),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(guessesPerHour);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(12 - guessesPerHour);
  });
});

describe('a browser that is known to an account', () => {
  const guessWith = async (email: string, from: From, times: number): Promise<number[]> => {
    const statuses: number[] = [];
    for (let n = 0; n < times; n += 1)
      statuses.push((await signIn(email, `guess ${n}`, { ...from, at: n % 2 === 0 ? 0 : 1 })).status);
    return statuses;
  };

  it('has a budget of its own: whoever has stolen it guesses ten times, and spends nobody else’s', async () => {
    const { email, cookie, address } = await newOwner();
    expect(await guessWith(email, { cookie }, 12)).toEqual([...Array(10).fill(401), 429, 429]);
    expect((await besiege(email)).filter((status) => status === 401)).toHaveLength(guessesPerHour);
    expect((await signIn(email, testPassword, { address })).status).toBe(200);
  });

  it('is a stranger to every other account, and so is one that shows what somebody has made up', async () => {
    const [owner, other] = [await newOwner(), await newOwner()];
    const name = owner.cookie.split('=')[0];
    await besiege(owner.email);
    const madeUp = ['', '.', 'nonsense', 'A'.repeat(43), `${'A'.repeat(43)}.`.repeat(80)];
    const shown = [other.cookie, ...madeUp.map((value) => `${name}=${value}`)];
    for (const cookie of shown)
      expect((await signIn(owner.email, testPassword, { cookie })).status).toBe(429);
  });

  it('stays known to the others who sign in with it', async () => {
    const [anna, boris] = [await newOwner(), await newOwner()];
    const both = deviceCookieOf((await signIn(boris.email, testPassword, { cookie: anna.cookie })).headers);
    for (const { email } of [anna, boris]) {
      await besiege(email);
      expect((await signIn(email, testPassword, { cookie: both })).status).toBe(200);
    }
  });

  it('keeps what it is known by where no script and no page of elsewhere has it, for signing in alone', async () => {
    const { headers } = await signIn((await newOwner()).email, testPassword);
    const cookie = headers.getSetCookie().find((one) => one.startsWith('boltorezka_device_')) ?? '';
    for (const flag of ['HttpOnly', 'SameSite=Strict', 'Path=/v1/auth']) expect(cookie).toContain(flag);
  });

  it('is not what lets anybody in: without the password it opens nothing', async () => {
    const { email, cookie } = await newOwner();
    expect((await signIn(email, 'a wrong password', { cookie })).status).toBe(401);
  });
});

it('a place is remembered without its address, and apart for each account', async () => {
  const address = newAddress();
  const emails = [`${randomUUID()}@example.org`, `${randomUUID()}@example.org`];
  for (const email of emails)
    await call(counting.servers[0].url, 'POST /v1/auth/register', {
      body: { email, password: testPassword, name: 'Anna' },
      headers: headersOf({ address }),
    });
  const rows = await counting.database.db.query<{ place_hash: Buffer; row: string }>(
    `SELECT s.place_hash, s::text AS row FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email = ANY($1)`,
    [emails],
  );
  expect(rows).toHaveLength(2);
  expect(rows[0]?.place_hash.equals(rows[1]?.place_hash ?? Buffer.alloc(0))).toBe(false);
  expect(JSON.stringify(rows)).not.toContain(address);
});
