import assert from 'node:assert/strict';
import { openRealtime } from './realtime.ts';

const ACCOUNT = { email: 'demo@boltorezka.local', password: 'password123', name: 'Demo User' };

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** The checks that /health shall name, each with its state. */
export type ExpectedHealth = Record<'api' | 'db' | 'redis', string>;

/**
 * The README's smoke: health, sign-up, sign-in, who am I, the rooms, and a message that comes back over the socket.
 * @returns what was seen, step by step, and the token of who signed in
 * @throws AssertionError for the first answer that is not as promised
 */
export const runSmoke = async (
  url: string,
  { health, isNew = true }: { health: ExpectedHealth; isNew?: boolean },
): Promise<{ seen: string[]; token: string }> => {
  const seen: string[] = [];
  const found = await call(url, '/health');
  assert.deepEqual([found.status, found.body.status, found.body.checks], [200, 'ok', health]);
  seen.push(
    `health ${Object.entries(health)
      .map((entry) => entry.join(' '))
      .join(', ')}`,
  );
  const page = await fetch(`${url}/`, { headers: { accept: 'text/html' } });
  assert.ok(page.ok && (await page.text()).includes('<div id="root"'), 'the page is not served');
  seen.push('page');
  if (isNew) {
    assert.equal((await call(url, '/v1/auth/register', { body: ACCOUNT })).status, 201);
    seen.push('register 201');
  }
  const { email, password } = ACCOUNT;
  const login = await call(url, '/v1/auth/login', { body: { email, password } });
  assert.equal(login.status, 200);
  const token = String(login.body.token);
  const me = await call(url, '/v1/auth/me', { token });
  assert.deepEqual([me.status, (me.body.user as { email: string }).email], [200, email]);
  const rooms = await call(url, '/v1/rooms', { token });
  assert.ok((rooms.body.rooms as { slug: string }[]).some(({ slug }) => slug === 'general'));
  seen.push('login 200', 'me 200', 'rooms with general');
  seen.push(...(await chat(url, token)));
  return { seen, token };
};

const call = async (
  url: string,
  path: string,
  more: { body?: unknown; token?: string } = {},
): Promise<Answer> => {
  const response = await fetch(url + path, {
    headers: {
      ...(more.body ? { 'content-type': 'application/json' } : {}),
      ...(more.token ? { authorization: `Bearer ${more.token}` } : {}),
    },
    ...(more.body ? { method: 'POST', body: JSON.stringify(more.body) } : {}),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

const chat = async (url: string, token: string): Promise<string[]> => {
  const realtime = await openRealtime(url, token);
  try {
    realtime.send({ type: 'room.join', payload: { roomSlug: 'general' } });
    await realtime.next('room.joined');
    realtime.send({ type: 'chat.send', payload: { text: 'hello from ws' } });
    assert.equal((await realtime.next('chat.message')).text, 'hello from ws');
    return ['ws ready', 'room.joined', 'chat.message'];
  } finally {
    await realtime.close();
  }
};
