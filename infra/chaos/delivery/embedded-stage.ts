import { findFreePorts } from '../../../media/test/ports.ts';
import { makeDataDir } from '../../../signaling/test/start-process.ts';
import { type BenchServer, startBenchServer } from '../../bench/common/bench-server.ts';
import { type DeliveryStage, lead, portOf, seatPeople } from './stage.ts';

/** One process, with a PostgreSQL of its own. */
export interface EmbeddedStage extends DeliveryStage {
  readonly server: BenchServer;
  /** Ends the process by a signal, and starts another with the same data. */
  restart(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Kills its PostgreSQL: the process ends by itself, and another starts. */
  losePostgres(): Promise<void>;
}

export const startEmbeddedStage = async (people: number): Promise<EmbeddedStage> => {
  const data = makeDataDir();
  const mediaPort = await findFreePorts();
  const start = () =>
    startBenchServer({ dataDir: data.path, env: { MEDIA_PORT: String(mediaPort), MEDIA_WORKERS: '1' } });
  let server = await start();
  const seats = await seatPeople(server.url, people);
  return {
    ...{ seats, isOneProcess: true },
    get url() {
      return server.url;
    },
    get server() {
      return server;
    },
    restart: async (signal) => {
      // The data has a name: closing leaves it where it is.
      await (signal === 'SIGKILL' ? server.kill() : server.close());
      server = await start();
      for (const { gate } of seats) gate.aim(portOf(server));
    },
    losePostgres: async () => {
      const [postmaster = 0] = server.postgresPids();
      process.kill(postmaster, 'SIGKILL');
      await server.exited;
      server = await start();
      for (const { gate } of seats) gate.aim(portOf(server));
    },
    tidy: async () => {
      for (const seat of seats) lead(seat, server);
    },
    close: async () => {
      for (const { gate } of seats) await gate.close();
      await server.close();
      data.remove();
    },
  };
};
