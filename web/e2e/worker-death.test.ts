import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRoom } from '../../signaling/test/rest.ts';
import { startTestServer, type TestServer } from '../../signaling/test/start-server.ts';
import { longestGapMs, soundsAfterMs } from './gap.ts';
import { Person } from './person.ts';

let server: TestServer;
let people: Person[];

/** Anna and Boris sit in one room, Clara and David in another; each room has a worker to itself. */
beforeAll(async () => {
  server = await startTestServer({ page: true, mediaWorkers: 2 });
  const { token } = await server.register();
  await createRoom(server.url, token, { slug: 'kitchen', title: 'Kitchen' });
  people = await Promise.all(
    [
      { name: 'Anna', hz: 440 },
      { name: 'Boris', hz: 660 },
      { name: 'Clara', hz: 880 },
      { name: 'David', hz: 1100 },
    ].map((person) => Person.arrive({ ...person, url: server.url })),
  );
}, 120_000);
afterAll(async () => {
  await Promise.all(people?.map((person) => person.leave()) ?? []);
  await server?.close();
});

const status = async () => (await server.media.request('media.getStatus', {})).workers;

/** Sits two people down and waits until they hear each other. */
const talk = async (room: string, [first, second]: [Person, Person]): Promise<void> => {
  for (const person of [first, second]) {
    await person.signUp();
    await person.openRoom(room);
    await person.joinVoice();
  }
  await Promise.all([first.hears(second), second.hears(first)]);
};

describe('a worker killed with SIGKILL during a call', () => {
  it('costs its people a moment and no click, and the room on the other worker nothing', async () => {
    const [anna, boris, clara, david] = people as [Person, Person, Person, Person];
    await talk('general', [anna, boris]);
    const [victim] = (await status()).filter(({ rooms }) => rooms === 1);
    await talk('kitchen', [clara, david]);
    expect((await status()).map(({ rooms }) => rooms)).toEqual([1, 1]);
    const steady = (await boris.blocksOf(anna)).slice(-100);

    const killedAt = Date.now();
    process.kill(victim!.pid, 'SIGKILL');
    const soundsAgain = async (listener: Person, speaker: Person) =>
      soundsAfterMs(
        (await listener.blocksOf(speaker)).filter(({ at }) => at > killedAt + 100),
        killedAt + 100,
        steady,
      );
    for (const [listener, speaker] of [
      [boris, anna],
      [anna, boris],
    ] as const) {
      // Ten times the figure that the design asks of this recovery.
      await expect
        .poll(() => soundsAgain(listener, speaker), { timeout: 10_000, interval: 100 })
        .toBeDefined();
      const blocks = (await listener.blocksOf(speaker)).filter(({ at }) => at > killedAt - 1_000);
      console.log(`worker SIGKILL: ${listener.name} missed ${longestGapMs(blocks)} ms of ${speaker.name}`);
      await listener.hearsPitchOf(speaker);
    }
    for (const listener of [clara, david]) {
      const speaker = listener === clara ? david : clara;
      const blocks = await listener.blocksOf(speaker);
      const gapMs = longestGapMs(blocks.filter(({ at }) => at > killedAt - 500));
      // Four browsers share this machine's cores: what they cost each other anyway is not the dead worker's doing.
      const noiseMs = longestGapMs(blocks.filter(({ at }) => at <= killedAt - 500));
      console.log(`the other room: ${listener.name}'s longest gap ${gapMs} ms (before: ${noiseMs} ms)`);
      expect(gapMs).toBeLessThanOrEqual(60 + noiseMs);
    }
    await boris.sees('Anna');
    const pids = (await status()).map(({ pid }) => pid);
    expect(pids).not.toContain(victim!.pid);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  }, 120_000);
});
