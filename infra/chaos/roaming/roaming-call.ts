import { findFreePorts } from '../../../media/test/ports.ts';
import { Person } from '../../../web/e2e/person.ts';
import { type Gate, openGate } from '../../../web/e2e/stage/gate.ts';
import { startBenchServer } from '../../bench/common/bench-server.ts';
import { type Pairs, talk, waitForSound } from '../hearing.ts';
import { ownAddress } from '../namespace.ts';
import { createNetworks, type Networks } from './networks.ts';

/** Two people who talk; the first one's device goes from network to network. */
export interface RoamingCall {
  networks: Networks;
  pairs: Pairs;
  close(): Promise<void>;
}

const arrive = async (gate: Gate, { executablePath }: Networks): Promise<[Person, Person]> => {
  const url = gate.url.replace('0.0.0.0', ownAddress);
  const flags = [`--unsafely-treat-insecure-origin-as-secure=${url}`];
  return Promise.all([
    Person.arrive({ name: 'Anna', hz: 440, url, browser: { executablePath, flags } }),
    Person.arrive({ name: 'Boris', hz: 660, url: gate.url.replace('0.0.0.0', '127.0.0.1') }),
  ]);
};

export const startRoamingCall = async (): Promise<RoamingCall> => {
  const mediaPort = await findFreePorts();
  const server = await startBenchServer({ env: { MEDIA_PORT: String(mediaPort), MEDIA_WORKERS: '1' } });
  // Afterwards: media is not offered at the near ends of these networks.
  const networks = await createNetworks();
  const gate = await openGate(Number(new URL(server.url).port), '0.0.0.0');
  const people = await arrive(gate, networks);
  for (const person of people) await person.signUp();
  const pairs = await talk(people);
  // Chromium keeps the first change of a network after its start to itself for one to three seconds, and later ones for half of one.
  await networks.roam();
  await waitForSound({ pairs }, Date.now() + 1_000);
  return {
    ...{ networks, pairs },
    close: async () => {
      await Promise.all(people.map((person) => person.leave()));
      await gate.close();
      await server.close();
      networks.close();
    },
  };
};
