import { findFreePorts } from '../../media/test/ports.ts';
import { makeDataDir } from '../../signaling/test/start-process.ts';
import { Person } from '../../web/e2e/person.ts';
import { type Gate, openGate } from '../../web/e2e/stage/gate.ts';
import { type BenchServer, startBenchServer } from '../bench/common/bench-server.ts';
import { type BlackHole, createBlackHole } from './black-hole.ts';
import { type Pairs, talk } from './hearing.ts';

/** Two people who talk, each in a browser of their own, and what can be done to them. */
export interface Call {
  readonly server: BenchServer;
  /** Kills the server and starts another with the same data and media port. */
  restart(): Promise<BenchServer>;
  /** Their way to signaling; their sound does not take it. */
  gate: Gate;
  hole: BlackHole;
  /** Every port that a client reaches the server by. */
  ports: number[];
  people: readonly [Person, Person];
  pairs: Pairs;
  close(): Promise<void>;
}

export const startCall = async (): Promise<Call> => {
  const mediaPort = await findFreePorts();
  const data = makeDataDir();
  const start = () =>
    startBenchServer({
      dataDir: data.path,
      env: { MEDIA_PORT: String(mediaPort), MEDIA_WORKERS: '1' },
    });
  let server = await start();
  const { port } = new URL(server.url);
  const gate = await openGate(Number(port));
  const hole = createBlackHole();
  const people = await Promise.all([
    Person.arrive({ name: 'Anna', hz: 440, url: gate.url }),
    Person.arrive({ name: 'Boris', hz: 660, url: gate.url }),
  ]);
  for (const person of people) await person.signUp();
  const pairs = await talk(people);
  return {
    ...{ gate, hole, people, pairs },
    get server() {
      return server;
    },
    restart: async () => {
      await server.kill();
      server = await start();
      gate.aim(Number(new URL(server.url).port));
      return server;
    },
    ports: [Number(new URL(gate.url).port), mediaPort],
    close: async () => {
      await hole.close();
      await Promise.all(people.map((person) => person.leave()));
      await gate.close();
      await server.close();
      data.remove();
    },
  };
};
