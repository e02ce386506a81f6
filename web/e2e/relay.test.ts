import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../signaling/test/start-server.ts';
import { openRelay, outerAddresses, type Relay, secret } from '../../turn/test/relay.ts';
import { Person } from './person.ts';

let relay: Relay;
let server: TestServer;
let people: Person[];

// coturn relays nothing to loopback: a machine on no network has no relay to try.
const isOnNetwork = outerAddresses().v4 !== undefined;

beforeAll(async () => {
  relay = await openRelay();
  server = await startTestServer({
    page: true,
    env: { TURN_URLS: `turn:127.0.0.1:${relay.port}?transport=udp`, TURN_SECRET: secret },
  });
  people = await Promise.all([
    Person.arrive({ url: server.url, name: 'Anna', hz: 440, relayOnly: true }),
    Person.arrive({ url: server.url, name: 'Boris', hz: 660, relayOnly: true }),
  ]);
});
afterAll(async () => {
  await Promise.all(people?.map((person) => person.leave()) ?? []);
  await server?.close();
  await relay?.close();
});

describe('two people who reach the server through a relay alone', () => {
  it.runIf(isOnNetwork)('hear each other, and every path of theirs is relayed', async () => {
    const [anna, boris] = people as [Person, Person];
    for (const person of [anna, boris]) {
      await person.signUp();
      await person.joinVoice();
    }
    await Promise.all([anna.hears(boris), boris.hears(anna)]);
    for (const person of [anna, boris]) {
      const { candidateTypes, packetsReceived } = await person.inbound();
      expect(packetsReceived).toBeGreaterThan(0);
      expect(candidateTypes.length).toBeGreaterThan(0);
      expect(new Set(candidateTypes)).toEqual(new Set(['relay']));
    }
  });
});
