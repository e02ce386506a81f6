import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-server.ts';

const origin = 'https://app.example.org';

describe('a page of another origin that CORS_ORIGIN names', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ env: { CORS_ORIGIN: origin } });
  });
  afterAll(() => server.close());

  const askFirst = (method: string, from = origin) =>
    fetch(`${server.url}/v1/auth/me`, {
      method: 'OPTIONS',
      headers: {
        origin: from,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type',
      },
    });

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])(
    'may call by %s, and show its cookie',
    async (method) => {
      const { status, headers } = await askFirst(method);
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-credentials')).toBe('true');
      expect(headers.get('access-control-allow-methods')?.split(/, */)).toContain(method);
      expect(headers.get('access-control-allow-headers')).toContain('authorization');
    },
  );

  it('is told when to ask again', async () => {
    const { headers } = await fetch(`${server.url}/v1/auth/me`, { headers: { origin } });
    expect(headers.get('access-control-expose-headers')).toContain('retry-after');
  });

  it('and no other may', async () => {
    const { headers } = await askFirst('DELETE', 'https://evil.example');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});
