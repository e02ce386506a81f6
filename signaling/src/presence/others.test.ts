import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Others } from './others.ts';
import { type Place, Presence } from './presence.ts';

const roomId = randomUUID();
const [here, there] = [randomUUID(), randomUUID()];

const entry = (userName: string) => ({ roomId, userId: `id of ${userName}`, userName });

const createRig = (limits?: ConstructorParameters<typeof Others>[1]) => {
  const presence = new Presence({ onChanged: () => {} });
  const others = new Others(presence, limits);
  const names = () => presence.members(roomId).map(({ userName }) => userName);
  return { presence, others, names };
};

const state = (names: string[], options: { from?: string; version?: number } = {}) => ({
  ...{ kind: 'state' as const, from: here, version: 0, part: 0, isLast: true },
  ...options,
  places: names.map(entry),
});

const changes = (version: number, { entered = [] as string[], left = [] as string[] }) => ({
  ...{ kind: 'changes' as const, from: here, version, entered: entered.map(entry) },
  left: left.map(entry),
});

describe('what other processes tell of who is where', () => {
  it('counts in the order of its numbers; what was missed must be asked for', () => {
    const { others, names } = createRig();
    expect(others.hear(changes(1, { entered: ['Anna'] }), 0)).toBe(true);
    expect(names()).toEqual([]);
    others.hear(state(['Anna'], { version: 1 }), 0);
    expect(others.hear(changes(2, { entered: ['Boris'] }), 0)).toBe(false);
    expect(names()).toEqual(['Anna', 'Boris']);
    expect(others.hear({ kind: 'alive', from: here, version: 2 }, 0)).toBe(false);
    expect(others.hear(changes(4, { left: ['Boris'] }), 0)).toBe(true);
    expect(others.hear({ kind: 'alive', from: here, version: 4 }, 0)).toBe(true);
    expect(names()).toEqual(['Anna', 'Boris']);
    others.hear(state(['Clara'], { version: 4 }), 0);
    expect(names()).toEqual(['Clara']);
  });

  it('counts when its last part is here, and not where one is missing', () => {
    const { others, names } = createRig();
    const part = (number: number, isLast: boolean, name: string) =>
      others.hear({ ...state([name], { version: 3 }), part: number, isLast }, 0);
    part(0, false, 'Anna');
    part(2, true, 'Clara');
    expect(names()).toEqual([]);
    part(0, false, 'Anna');
    part(1, true, 'Boris');
    expect(names()).toEqual(['Anna', 'Boris']);
  });

  it('is forgotten with a process that is silent; who is at another one as well stays', () => {
    const { others, names } = createRig();
    others.hear(state(['Anna', 'Boris']), 1_000);
    others.hear(state(['Boris'], { from: there }), 2_000);
    others.forgetSilentSince(1_500);
    expect(names()).toEqual(['Boris']);
  });

  it('takes no more memory than it may: not by processes that nobody has started, nor by people that nobody knows', () => {
    const { others, names } = createRig({ maxProcesses: 2, maxPlacesPerProcess: 3 });
    others.hear(state(['Anna', 'Boris', 'Clara', 'Dora']), 0);
    expect(names()).toHaveLength(3);
    others.hear(changes(1, { entered: ['Eva'] }), 0);
    expect(names()).toHaveLength(3);
    others.hear(state(['Boris'], { from: there }), 0);
    others.hear(state(['Frida'], { from: randomUUID() }), 0);
    expect(names()).not.toContain('Frida');
    // A place that has become free is somebody's again.
    others.hear(changes(2, { left: ['Anna'] }), 0);
    others.hear(changes(3, { entered: ['Eva'] }), 0);
    expect(names()).toEqual(['Boris', 'Clara', 'Eva']);
  });
});

describe('who is in a room', () => {
  const room = { id: roomId, slug: 'general' };
  const member = { userId: 'a', userName: 'Anna' };
  const begin = () => {
    const told: string[] = [];
    const own: string[] = [];
    const presence = new Presence({
      onChanged: ({ member: { userName }, isHere }) => told.push(`${userName} ${isHere ? 'in' : 'out'}`),
    });
    presence.followOwn((place: Place, isHere) =>
      own.push(`${place.member.userName} ${isHere ? 'in' : 'out'}`),
    );
    return { presence, told, own };
  };

  it('is a person while any of their sockets is in, at whatever process', () => {
    const { presence, told, own } = begin();
    presence.enter(room, member, '1');
    presence.enter(room, member, '2');
    presence.enterElsewhere(there, { roomId, member });
    presence.leave(roomId, 'a', '1');
    presence.leave(roomId, 'a', '2');
    expect([told, own]).toEqual([['Anna in'], ['Anna in', 'Anna out']]);
    presence.leaveElsewhere(there, roomId, 'a');
    expect(told).toEqual(['Anna in', 'Anna out']);
    expect(presence.members(roomId)).toEqual([]);
  });

  it('is a person who lost their socket, until they are given up, come back, or leave by another', () => {
    const { presence, told } = begin();
    presence.enter(room, member, '1');
    presence.lose(roomId, 'a', '1');
    presence.enter(room, member, '2');
    presence.giveUp(roomId, 'a', '1');
    expect(told).toEqual(['Anna in']);
    presence.lose(roomId, 'a', '2');
    presence.giveUp(roomId, 'a', '2');
    expect(told).toEqual(['Anna in', 'Anna out']);
    presence.enter(room, member, '3');
    presence.enter(room, member, '4');
    presence.lose(roomId, 'a', '3');
    presence.leave(roomId, 'a', '4');
    expect(told.at(-1)).toBe('Anna out');
  });

  it('has the name that they have now', () => {
    const { presence } = begin();
    presence.enter(room, member, '1');
    presence.rename({ userId: 'a', userName: 'Ann' });
    expect(presence.members(roomId)).toEqual([{ userId: 'a', userName: 'Ann' }]);
    presence.leave(roomId, 'a', '1');
    expect(presence.ownPlaces()).toEqual([]);
  });
});
