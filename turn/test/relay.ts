import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { mintTurnCredentials, startTurnServer, type TurnQuotas, type TurnServer } from '../src/index.ts';

export const secret = 'a-secret-of-the-tests-alone-0123456789=';

export const mint = (userId: string, ttlS = 60) => mintTurnCredentials({ secret, userId, ttlS });

/** This machine on its network, where it is on one. */
export const outerAddresses = (): { v4: string | undefined; v6: string | undefined } => {
  const entries = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  const outer = entries.filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/.test(address));
  const first = (family: string) => outer.find((entry) => entry.family === family)?.address;
  return { v4: first('IPv4'), v6: first('IPv6') };
};

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
};

export interface Relay {
  port: number;
  stateDir: string;
  server: TurnServer;
  close(): Promise<void>;
}

export interface RelayOptions {
  quotas?: Partial<TurnQuotas>;
  signal?: AbortSignal;
}

/** A coturn of its own, with this machine's addresses as the media node's. */
export const openRelay = async ({ quotas, signal }: RelayOptions = {}): Promise<Relay> => {
  const { v4, v6 } = outerAddresses();
  const stateDir = await mkdtemp(join(tmpdir(), 'relay-test-'));
  const port = await freePort();
  const removeState = () => rm(stateDir, { recursive: true, force: true });
  try {
    const server = await startTurnServer({
      config: {
        secret,
        realm: 'relay.test',
        listeningIps: ['127.0.0.1'],
        relayIps: [v4 ?? '127.0.0.1', v6 ?? '::1'],
        listeningPort: port,
        // Above the ports that the system gives away.
        minPort: 61_200,
        maxPort: 61_399,
        // From the documentation's range where the machine is on no network: something must be allowed.
        allowedPeers: [v4 ?? '198.51.100.7', ...(v6 ? [v6] : [])],
        stateDir,
        quotas,
      },
      ...(signal ? { signal } : {}),
    });
    return { port, stateDir, server, close: () => server.close().then(removeState) };
  } catch (error) {
    await removeState();
    throw error;
  }
};
