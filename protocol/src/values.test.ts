import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  ClientMessageId,
  CreateRoomBody,
  chatRoutes,
  Email,
  HistoryCursor,
  humanText,
  limits,
  Password,
  RoomSlug,
  Seq,
  Timestamp,
  UserId,
  UserName,
} from './index.ts';

const accepts = (schema: z.ZodType, values: unknown[]): void => {
  for (const value of values) {
    expect(schema.safeParse(value).success, `accepts ${JSON.stringify(value)}`).toBe(true);
  }
};

const refuses = (schema: z.ZodType, values: unknown[]): void => {
  for (const value of values) {
    expect(schema.safeParse(value).success, `refuses ${JSON.stringify(value)}`).toBe(false);
  }
};

describe('ids', () => {
  it('of users are UUIDs', () => {
    accepts(UserId, ['0b6f1c52-6c0e-4b53-9d5e-3f6d1a7c2e10']);
    refuses(UserId, ['', '1', 1, null, "' or 1=1 --", '0b6f1c52-6c0e-4b53-9d5e-3f6d1a7c2e10 ']);
  });

  it('of messages that clients make are short and plain', () => {
    accepts(ClientMessageId, ['a', 'A-z_0', 'x'.repeat(64)]);
    refuses(ClientMessageId, ['', 'x'.repeat(65), 'a b', 'a.b', 'é', 'a\n', 7]);
  });

  it('of rooms are slugs of 3 to 48', () => {
    accepts(RoomSlug, ['abc', 'general', 'a-1', '---', 'x'.repeat(48)]);
    refuses(RoomSlug, ['ab', 'x'.repeat(49), 'General', 'a b', 'комната', 'a_b', 'abc\n', '../abc', null]);
  });

  it('of positions are whole and not negative', () => {
    accepts(Seq, [0, 1, Number.MAX_SAFE_INTEGER]);
    refuses(Seq, [-1, 1.5, '1', Number.NaN, Infinity, 2 ** 53, null]);
  });

  it('of history pages are cursors', () => {
    accepts(HistoryCursor, ['5a9e3d7c-1f2b-4c8d-a6e4-9b0c1d2e3f40.41']);
    refuses(HistoryCursor, ['', '41', '5a9e3d7c-1f2b-4c8d-a6e4-9b0c1d2e3f40.', 'x'.repeat(36)]);
  });

  it('of moments are UTC', () => {
    accepts(Timestamp, ['2026-01-31T12:00:00.000Z', new Date(0).toISOString()]);
    refuses(Timestamp, ['2026-01-31', '2026-01-31T12:00:00+03:00', '2026-02-30T12:00:00Z', 0]);
  });
});

describe('emails', () => {
  it('are the same however they are written', () => {
    for (const email of ['Demo@Boltorezka.Local', ' demo@boltorezka.local ', 'DEMO@BOLTOREZKA.LOCAL']) {
      expect(Email.parse(email)).toBe('demo@boltorezka.local');
    }
  });

  it('are addresses of at most 254 characters', () => {
    refuses(Email, [
      '',
      'demo',
      'demo@',
      '@local',
      'a b@example.org',
      `${'a'.repeat(250)}@a.org`,
      1,
      ['a@b.cd'],
    ]);
  });
});

describe('passwords', () => {
  it('have 8 to 256 characters, and none is taken away', () => {
    accepts(Password, ['12345678', 'x'.repeat(limits.maxPasswordLength)]);
    refuses(Password, ['1234567', 'x'.repeat(limits.maxPasswordLength + 1), 12345678]);
    expect(Password.parse(' spaces ')).toBe(' spaces ');
  });
});

describe('text that people write', () => {
  it('loses the space around a name and a title', () => {
    expect(UserName.parse('  Анна ')).toBe('Анна');
    expect(CreateRoomBody.parse({ slug: 'abc', title: ' Late shift ' })).toEqual({
      slug: 'abc',
      title: 'Late shift',
      is_public: true,
    });
  });

  it('says something, within its length, without NUL', () => {
    accepts(humanText(1, 4), ['a', ' a ', 'ab\nc', '👍👍👍👍']);
    refuses(humanText(1, 4), ['', '    ', '\n\t', 'a\u0000', 'abcde', '👍👍👍👍👍', null, 1]);
    refuses(humanText(2, 4), ['👍', ' 👍 ', 'a ']);
  });

  it('is kept as written in a message', () => {
    expect(humanText(1, 20).parse('  code\n    indented')).toBe('  code\n    indented');
  });
});

describe('a page of history', () => {
  const { query } = chatRoutes['chat.history'];

  it('has 50 messages unless asked for 1 to 100', () => {
    expect(query.parse({})).toEqual({ limit: 50 });
    expect(query.parse({ limit: '100' })).toEqual({ limit: 100 });
    refuses(query, [
      { limit: '0' },
      { limit: '101' },
      { limit: '1.5' },
      { limit: 'x' },
      { limit: ['1', '2'] },
    ]);
  });
});
