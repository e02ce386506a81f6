import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatRig, createChatRig } from '../../test/chat-rig.ts';
import { epoch, joined, roomId } from '../../test/fixtures.ts';
import { uuid } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import type { OpenMembers } from '../types/room.ts';

const path = 'GET /v1/rooms/general/members';
const joinedAt = '2026-01-01T00:00:00.000Z';
const memberOf = (n: number, name: string, role: string) => ({
  user_id: uuid(n),
  user_name: name,
  role,
  joined_at: joinedAt,
});

describe('who belongs to a room', () => {
  let rig: ChatRig;
  let members: OpenMembers;
  const names = () => members.state.get().members.map(({ userName }) => userName);
  const tell = (seq: number, n: number, fields: object) =>
    rig.server.sockets.at(-1)?.sendEvent('room.memberChanged', {
      roomId,
      seq,
      epoch,
      userId: uuid(n),
      userName: 'Bob',
      joinedAt,
      ...fields,
    });
  const answer = (page: object[], next: string | null = null) =>
    rig.server.rest.set(path, ({ query }) => ({
      status: 200,
      body: query.has('cursor')
        ? { members: [memberOf(9, 'Zoe', 'guest')], next_cursor: null }
        : { members: page, next_cursor: next },
    }));

  beforeEach(async () => {
    rig = await createChatRig();
    answer([memberOf(2, 'Bob', 'member'), memberOf(1, 'Ann', 'owner')], 'more');
    members = rig.client.rooms.openMembers('general');
    await until(members.state, ({ status }) => status === 'ready');
    await rig.server.waitForRequest('room.join');
    await rig.client.connection.request('ping', {});
  });
  afterEach(async () => {
    members.close();
    await rig.close();
  });

  it('is read in pages, by role and name', async () => {
    expect(names()).toEqual(['Ann', 'Bob']);
    expect(members.state.get().hasMore).toBe(true);
    await members.loadMore();
    expect(names()).toEqual(['Ann', 'Bob', 'Zoe']);
    expect(members.state.get().hasMore).toBe(false);
  });

  it('follows who comes, goes, and becomes something else', async () => {
    tell(1, 3, { userName: 'Eve', change: 'joined', role: 'moderator' });
    await until(members.state, (state) => state.members.length === 3);
    expect(names()).toEqual(['Ann', 'Eve', 'Bob']);
    tell(2, 2, { change: 'muted', role: 'member', textMutedUntil: null });
    await until(members.state, (state) => state.members[2]?.textMutedUntil === null);
    tell(3, 2, { change: 'banned', role: null, joinedAt: null });
    await until(members.state, (state) => state.members.length === 2);
    expect(names()).toEqual(['Ann', 'Eve']);
  });

  it('is read anew where changes may have been missed', async () => {
    answer([memberOf(1, 'Ann', 'owner')]);
    rig.server.handlers.set('room.join', () => ({ ack: joined({ seq: 5, recovered: true }) }));
    rig.server.sockets.at(-1)?.sendEvent('room.position', { roomId, seq: 5, epoch });
    await until(members.state, (state) => state.members.length === 1);
  });
});
