import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-server.ts';
import { at, createTeam, gather, settle } from './team.ts';

describe('what somebody is in a room', () => {
  let server: TestServer;
  const { meet, again, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterEach(part);
  afterAll(() => server.close());

  it('is told to each of their sockets, in the room or not, and to nobody else', async () => {
    const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
    const room = await gather(anna, [
      [boris, 'member'],
      [vera, 'member'],
    ]);
    await boris.request('room.join', { roomSlug: room.slug });
    const elsewhere = await again(boris);
    await anna.done('members.set', { ...at(room, boris), body: { role: 'moderator' } });
    const isNew = ({ role }: { role: string }) => role === 'moderator';
    const here = await boris.next('room.selfChanged', isNew);
    expect(here).toEqual({ roomId: room.id, seq: expect.any(Number), role: 'moderator' });
    expect(await elsewhere.next('room.selfChanged', isNew)).toEqual(here);
    expect(await boris.next('room.memberChanged')).toMatchObject({ seq: here.seq, role: 'moderator' });
    await settle(vera);
    const told = vera.frames.filter(({ type }) => type === 'room.selfChanged');
    expect(told.map(({ payload }) => payload.role)).toEqual(['member']);
  });

  it('is told with what they may not do there', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const room = await gather(anna, [[boris, 'member']]);
    await anna.done('members.mute', { ...at(room, boris), body: { text: true } });
    expect(await boris.next('room.selfChanged', (told) => 'textMutedUntil' in told)).toMatchObject({
      ...{ roomId: room.id, role: 'member', textMutedUntil: null },
    });
  });

  it('is not told to a stranger who is banned from a hidden room', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const room = await gather(anna);
    await anna.done('bans.set', { ...at(room, boris), body: {} });
    await settle(boris);
    expect(boris.frames.filter(({ type }) => type === 'room.selfChanged')).toEqual([]);
  });
});
