import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../signaling/test/start-server.ts';
import { longestGapMs, silentAfterMs } from './gap.ts';
import { Person } from './person.ts';
import { type Gate, openGate } from './stage/gate.ts';
import { testId } from './test-id.ts';

let server: TestServer;
let gate: Gate;
let anna: Person;
let boris: Person;
let clara: Person;

/** Anna's signaling goes through a gate; her sound does not, as it would not where only the socket is cut. */
beforeAll(async () => {
  server = await startTestServer({ page: true });
  gate = await openGate(Number(new URL(server.url).port));
  [anna, boris, clara] = await Promise.all([
    Person.arrive({ name: 'Anna', hz: 440, url: gate.url }),
    Person.arrive({ name: 'Boris', hz: 660, url: server.url }),
    Person.arrive({ name: 'Clara', hz: 880, url: server.url }),
  ]);
  for (const person of [anna, boris, clara]) await person.signUp();
}, 120_000);
afterAll(async () => {
  await Promise.all([anna, boris, clara].map((person) => person?.leave()));
  await gate?.close();
  await server?.close();
});

describe('a socket that is lost during a call', () => {
  it('costs nobody a sound: the same media goes on, and the seat is spoken for again', async () => {
    for (const person of [anna, boris]) await person.joinVoice();
    await Promise.all([anna.hears(boris), boris.hears(anna)]);
    const media = await anna.mediaNames();
    expect(media.filter((name) => name.startsWith('ufrag'))).toHaveLength(2);

    const lostAt = Date.now();
    gate.shut();
    await boris.page.waitForSelector(
      `${testId('voice-participant')}[data-user-name="Anna"][data-status="reconnecting"]`,
    );
    await clara.joinVoice();
    gate.open();
    await boris.page.waitForSelector(
      `${testId('voice-participant')}[data-user-name="Anna"]:not([data-status="reconnecting"])`,
    );
    // Clara came while Anna had no socket to be told so.
    await anna.hears(clara);

    // With Clara came an SSRC; none of those before is another.
    expect(await anna.mediaNames()).toEqual(expect.arrayContaining(media));
    for (const [listener, speaker] of [
      [anna, boris],
      [boris, anna],
    ] as const) {
      const blocks = await listener.blocksOf(speaker);
      const gapMs = longestGapMs(blocks.filter(({ at }) => at > lostAt - 500));
      // What the browsers cost each other anyway is not the lost socket's doing.
      const noiseMs = longestGapMs(blocks.filter(({ at }) => at <= lostAt - 500));
      console.log(`socket lost: ${listener.name}'s longest gap of ${speaker.name} ${gapMs} ms`);
      expect(gapMs).toBeLessThanOrEqual(60 + noiseMs);
    }
    const steady = (await boris.blocksOf(anna)).slice(-100);
    const mutedAt = await anna.toggleMute();
    await expect
      .poll(async () => silentAfterMs(await boris.blocksOf(anna), mutedAt, steady), { interval: 100 })
      .toBeDefined();
  }, 120_000);
});
