import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../signaling/test/start-server.ts';
import { silentAfterMs, soundsAfterMs } from './gap.ts';
import { Person } from './person.ts';
import { testId } from './test-id.ts';

let server: TestServer;
let anna: Person;
let boris: Person;

beforeAll(async () => {
  server = await startTestServer({ page: true, mediaWorkers: 2 });
  [anna, boris] = await Promise.all([
    Person.arrive({ url: server.url, name: 'Anna', hz: 440 }),
    Person.arrive({ url: server.url, name: 'Boris', hz: 660 }),
  ]);
});
afterAll(async () => {
  await Promise.all([anna?.leave(), boris?.leave()]);
  await server?.close();
});

describe('two people in general', () => {
  it('sign up and read each other', async () => {
    await Promise.all([anna.signUp(), boris.signUp()]);
    await anna.write('Привет, Boris!');
    await boris.reads('Привет, Boris!');
    await boris.write('Hello, Анна!');
    await anna.reads('Hello, Анна!');
  });

  it("hear each other's pitch and see who speaks", async () => {
    await anna.joinVoice();
    await boris.sees('Anna');
    await boris.joinVoice();
    await Promise.all([anna.hears(boris), boris.hears(anna)]);
    await Promise.all([anna.seesSpeaking('Boris', true), boris.seesSpeaking('Anna', true)]);
  });

  it('lose nothing on the way', async () => {
    // By the definition: five seconds, after the first.
    const seconds = (count: number) => 100 * count;
    const waitForBlocks = async (count: number) => {
      const from = (await anna.blocksOf(boris)).length;
      await expect
        .poll(async () => (await anna.blocksOf(boris)).length - from, { timeout: 20_000, interval: 200 })
        .toBeGreaterThan(count);
    };
    await waitForBlocks(seconds(1));
    const before = await anna.inbound();
    await waitForBlocks(seconds(5));
    const after = await anna.inbound();
    const received = after.packetsReceived - before.packetsReceived;
    const lost = after.packetsLost - before.packetsLost;
    const concealed = after.concealedSamples - before.concealedSamples;
    const share = concealed / (after.totalSamplesReceived - before.totalSamplesReceived);
    console.log(`loss: ${lost} of ${received} packets, ${(100 * share).toFixed(2)} % concealed`);
    expect(received).toBeGreaterThan(200);
    expect(lost / (received + lost)).toBeLessThanOrEqual(0.005);
    expect(share).toBeLessThan(0.01);
  });

  it('are silent within 300 ms of a mute, and heard again after it', async () => {
    const steady = (await boris.blocksOf(anna)).slice(-100);
    const mutedAt = await anna.toggleMute();
    await boris.page.waitForFunction(
      (at) => window.e2eBlocks.Anna?.some((block) => block.at > at + 700),
      { polling: 50 },
      mutedAt,
    );
    const silentMs = silentAfterMs(await boris.blocksOf(anna), mutedAt, steady);
    console.log(`mute: silent after ${silentMs} ms`);
    expect(silentMs).toBeLessThanOrEqual(300);
    await boris.seesSpeaking('Anna', false);
    const unmutedAt = await anna.toggleMute();
    await expect
      .poll(async () => soundsAfterMs(await boris.blocksOf(anna), unmutedAt, steady), { timeout: 5_000 })
      .toBeDefined();
    console.log(`unmute: sounds after ${soundsAfterMs(await boris.blocksOf(anna), unmutedAt, steady)} ms`);
    await boris.seesSpeaking('Anna', true);
  });

  it('hear nothing while they are deafened, and everything after it', async () => {
    const steady = (await boris.blocksOf(anna)).slice(-100);
    const deafenedAt = Date.now();
    await boris.click('voice-deafen');
    await boris.page.waitForFunction(
      (at) => window.e2eBlocks.Anna?.some((block) => block.at > at + 1_000),
      { polling: 50 },
      deafenedAt,
    );
    expect(silentAfterMs(await boris.blocksOf(anna), deafenedAt, steady)).toBeLessThan(1_000);
    await boris.click('voice-deafen');
    await boris.hearsPitchOf(anna);
    await anna.hearsPitchOf(boris);
  });

  it('hear nothing of whom they have blocked, in the middle of the call, and them again once they are let through', async () => {
    const chip = (more: string) => `${testId('voice-participant')}[data-user-name="Boris"]${more}`;
    // Wide enough to have the people of the room beside it.
    await anna.page.setViewport({ width: 1280, height: 800 });
    await anna.page.locator(`${testId('member')}[data-user-name="Boris"] button`).click();
    await anna.click('person-block');
    await anna.click('confirm-submit');
    await anna.page.waitForSelector(chip('[data-status="blocked"]'));
    await anna.page.waitForSelector(`${testId('remote-audio')}[data-user-name="Boris"]`, { hidden: true });
    // The other one hears on, and is not told.
    await boris.hearsPitchOf(anna);
    await boris.page.waitForSelector(`${testId('voice-participant')}:not([data-status="blocked"])`);
    // It is so for a session that is built anew as well.
    await anna.leaveVoice();
    await anna.joinVoice();
    await anna.page.waitForSelector(chip('[data-status="blocked"]'));
    await boris.hears(anna);
    expect(await anna.page.$(`${testId('remote-audio')}[data-user-name="Boris"]`)).toBeNull();
    await anna.click('voice-unblock');
    await anna.hears(boris);
    await anna.page.waitForSelector(chip(':not([data-status="blocked"])'));
  });

  it('are both heard by a third who comes late, and see who leaves', async () => {
    const clara = await Person.arrive({ url: server.url, name: 'Clara', hz: 880 });
    try {
      await clara.signUp();
      // Nobody has begun or ceased to speak since: it is the snapshot that tells.
      await Promise.all([clara.seesSpeaking('Anna', true), clara.seesSpeaking('Boris', true)]);
      await clara.joinVoice();
      await Promise.all([clara.hears(anna), clara.hears(boris), anna.hears(clara), boris.hears(clara)]);
      await anna.leaveVoice();
      await Promise.all([boris.noLongerSees('Anna'), clara.noLongerSees('Anna')]);
      // The tab is closed without a word, as people do.
      await clara.closePage();
      await boris.noLongerSees('Clara');
    } finally {
      await clara.leave();
    }
  });
});
