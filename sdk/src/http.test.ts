import { expect, it } from 'vitest';
import { createHttp } from './http.ts';

it('puts every part into an address, also those whose names have more than one word', async () => {
  const asked: string[] = [];
  const http = createHttp({
    baseUrl: 'https://example.org',
    fetch: async (url) => {
      asked.push(String(url));
      return Response.json({ ok: true, people: [] });
    },
    getToken: () => 'token',
    onUnauthorized: () => {},
  });
  const user_id = '5b4dae3f-1c60-4f9d-98e7-30214c5d6e7f';
  await http.call('members.remove', { params: { slug: 'design', user_id } });
  await http.call('people.find', { query: { query: 'a&b', limit: 5 } });
  expect(asked).toEqual([
    `https://example.org/v1/rooms/design/members/${user_id}`,
    'https://example.org/v1/people?query=a%26b&limit=5',
  ]);
});
