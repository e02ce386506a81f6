import { startTestServer, type TestServer, type TestServerOptions } from './start-server.ts';

const workerPids = async ({ media }: TestServer) =>
  (await media.request('media.getStatus', {})).workers.map(({ pid }) => pid);

/** A server to throw things at: when it closes, the same workers must stand that stood at the start. */
export const startBesiegedServer = async (options: TestServerOptions = {}): Promise<TestServer> => {
  const server = await startTestServer(options);
  const before = await workerPids(server);
  return {
    ...server,
    close: async () => {
      const after = await workerPids(server);
      await server.close();
      if (after.join() !== before.join()) throw new Error(`workers ${before} were replaced by ${after}`);
    },
  };
};
