import { describe, expect, it } from 'vitest';
import { toSentence } from './audit-sentence.ts';

describe('an entry of the log', () => {
  it('of a ban says why, until when, and that messages went as well', () => {
    const details = { reason: 'Advertising', expires_at: '2026-02-01T00:00:00.000Z', delete_messages: true };
    expect(toSentence({ action: 'member.ban', details })).toEqual({
      words: 'memberBan',
      role: null,
      changes: [],
      reason: 'Advertising',
      until: '2026-02-01T00:00:00.000Z',
      silences: null,
      deletesMessages: true,
    });
  });

  it.each([
    [{ text: true, voice: true }, 'both'],
    [{ text: true, voice: false }, 'text'],
    [{ text: false, voice: true }, 'voice'],
    [{}, null],
  ])('of a mute with %j says what is silenced', (details, silences) => {
    expect(toSentence({ action: 'member.mute', details }).silences).toBe(silences);
  });

  it('says that something lasts for good, and nothing of an end where there is none', () => {
    expect(toSentence({ action: 'member.ban', details: { expires_at: null } }).until).toBeNull();
    expect(toSentence({ action: 'member.unban', details: {} }).until).toBeUndefined();
  });

  it('of a changed room lists each change, never what a topic said', () => {
    const details = {
      title: 'Design',
      topic: 'changed',
      category: null,
      position: 3,
      slow_mode_s: 30,
      is_public: false,
      accepts_requests: true,
      archived: false,
    };
    expect(toSentence({ action: 'room.update', details }).changes).toEqual([
      { kind: 'title', value: 'Design' },
      { kind: 'topic' },
      { kind: 'noCategory' },
      { kind: 'position' },
      { kind: 'slowMode' },
      { kind: 'closed' },
      { kind: 'takesRequests' },
      { kind: 'restored' },
    ]);
  });

  it.each(['constructor', '__proto__', 'member.somethingNew'])('of %s has no words here', (action) => {
    expect(toSentence({ action, details: {} }).words).toBeNull();
  });

  it('takes nothing from details of a kind that it does not know', () => {
    const details = { role: 'king', reason: 7, expires_at: 'soon', title: {}, is_public: 'yes' };
    expect(toSentence({ action: 'room.update', details })).toEqual({
      words: 'roomUpdate',
      role: null,
      changes: [],
      reason: null,
      until: undefined,
      silences: null,
      deletesMessages: false,
    });
  });
});
