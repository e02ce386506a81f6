import { AppError } from '@boltorezka/sdk';
import { describe, expect, it } from 'vitest';
import { sentMessage } from '../../../../test/messages.ts';
import { findLastOwn, lastOwnAt, nextOwnAt } from './composing.ts';

const mine = (createdAt: string, more: object = {}) => ({
  ...sentMessage({ userId: 'me', createdAt }),
  ...more,
});
const me = { meId: 'me', slowModeS: 3_600 };
const early = '2026-01-01T10:00:00.000Z';
const late = '2026-01-01T11:00:00.000Z';

describe('my last message', () => {
  it('is edited also where it is files without words, and never where it was deleted', () => {
    const files = mine(late, { text: '' });
    expect(findLastOwn([mine(early), files], 'me')).toBe(files);
    const before = mine(early);
    expect(findLastOwn([before, mine(late, { isDeleted: true })], 'me')).toBe(before);
  });

  it('counts for slow mode whatever it was and whatever became of it', () => {
    expect(lastOwnAt([mine(early), mine(late, { text: '', isDeleted: true })], me)).toBe(late);
    expect(lastOwnAt([mine(early), sentMessage({ userId: 'other', createdAt: late })], me)).toBe(early);
    expect(lastOwnAt([], me)).toBeNull();
  });

  it('is known by how long the next one is to wait for slow mode, and that one counts as written then', () => {
    const error = new AppError('RateLimited', 'Slow mode');
    const retryAt = Date.parse(late) + me.slowModeS * 1000;
    const next = mine(late, { id: null, status: 'waiting', error, retryAt });
    expect(lastOwnAt([mine(early), next], me)).toBe(late);
    expect(nextOwnAt([mine(early), next])).toBe(new Date(retryAt).toISOString());
    // Slowed down by nothing but the network.
    const away = new AppError('Unavailable', 'Away');
    expect(nextOwnAt([{ ...next, error: away }, mine(early)])).toBeNull();
  });
});
