import { expect, it } from 'vitest';
import { createLocalBus } from '../src/platform/bus-local.ts';
import { startTestServer } from './start-server.ts';

it('a socket is greeted once it hears what its person is told: what they read then is gone on from', async () => {
  const [asked, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const local = createLocalBus();
  const server = await startTestServer({
    bus: {
      ...local,
      subscribe: async (topic, listener) => {
        if (topic.startsWith('user:')) {
          asked.resolve();
          await answered.promise;
        }
        await local.subscribe(topic, listener);
      },
    },
  });
  let isGreeted = false;
  const connecting = server.connect('Anna').then((anna) => {
    isGreeted = true;
    return anna;
  });
  await asked.promise;
  // Whatever was sent before these answers has arrived.
  for (let turn = 0; turn < 3; turn += 1) await fetch(`${server.url}/healthz`);
  expect(isGreeted).toBe(false);
  answered.resolve();
  await (await connecting).close();
  await server.close();
});
