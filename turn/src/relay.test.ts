import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort, mint, openRelay, outerAddresses, type Relay, secret } from '../test/relay.ts';
import {
  createTurnClient,
  type Endpoint,
  mintTurnCredentials,
  probeTurn,
  type TurnClient,
  type TurnClientOptions,
} from './index.ts';

const perUser = 2;
/** coturn relays to no loopback address, so that the peer must be on a network. */
const { v4: peerV4, v6: peerV6 } = outerAddresses();

let relay: Relay;
let port: number;
const clients: TurnClient[] = [];
const peers: UdpSocket[] = [];

beforeAll(async () => {
  relay = await openRelay({ quotas: { perUser } });
  ({ port } = relay);
});

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  for (const peer of peers.splice(0)) peer.close();
});

afterAll(() => relay?.close());

const connect = async (options: Partial<TurnClientOptions> & { protocol?: 'udp' | 'tcp' } = {}) => {
  const { protocol = 'udp', ...rest } = options;
  const client = await createTurnClient({ server: { protocol, host: '127.0.0.1', port }, ...rest });
  clients.push(client);
  return client;
};

const openPeer = async (address: string): Promise<{ socket: UdpSocket; endpoint: Endpoint }> => {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  peers.push(socket);
  socket.bind(0, address);
  await once(socket, 'listening');
  return { socket, endpoint: { address, port: socket.address().port } };
};

/** The packets that arrive, one promise each, also those that nobody waits for yet. */
const createInbox = <T>() => {
  const arrived: T[] = [];
  const waiting: ((item: T) => void)[] = [];
  return {
    put: (item: T) => {
      const next = waiting.shift();
      if (next) next(item);
      else arrived.push(item);
    },
    take: (): Promise<T> => {
      const item = arrived.shift();
      return item === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(item);
    },
  };
};

describe('who may use the relay', () => {
  it.each(['udp', 'tcp'] as const)('gives an allocation for minted credentials over %s', async (protocol) => {
    const client = await connect({ protocol, credentials: mint(`good-${protocol}`) });
    const allocation = await client.allocate();
    expect(allocation.relayed.port).toBeGreaterThanOrEqual(61_200);
    expect(allocation.mapped?.address).toBe('127.0.0.1');
    expect(allocation.lifetimeS).toBe(600);
    expect(allocation.software).toBeUndefined();
    await client.release();
  });

  it('refuses who has no credentials', async () => {
    const client = await connect();
    await expect(client.allocate()).rejects.toMatchObject({ code: 401 });
  });

  it('refuses credentials whose time is over', async () => {
    const credentials = mintTurnCredentials({
      secret,
      userId: 'late',
      ttlS: 60,
      now: () => Date.now() - 3_600_000,
    });
    const client = await connect({ credentials });
    await expect(client.allocate()).rejects.toMatchObject({ code: 401 });
  });

  it('refuses credentials minted with another secret', async () => {
    const credentials = mintTurnCredentials({ secret: `${secret}!`, userId: 'forger', ttlS: 60 });
    const client = await connect({ credentials });
    await expect(client.allocate()).rejects.toMatchObject({ code: 401 });
  });

  it('refuses credentials whose end was moved', async () => {
    const { credential } = mint('mover');
    const { username } = mint('mover', 6_000);
    const client = await connect({ credentials: { username, credential } });
    await expect(client.allocate()).rejects.toMatchObject({ code: 401 });
  });

  it('counts allocations by person, whatever credentials they have', async () => {
    for (let index = 0; index < perUser; index += 1) {
      await (await connect({ credentials: mint('greedy', 60 + index) })).allocate();
    }
    const oneMore = await connect({ credentials: mint('greedy', 90) });
    await expect(oneMore.allocate()).rejects.toMatchObject({ code: 486 });
    const another = await connect({ credentials: mint('modest') });
    await expect(another.allocate()).resolves.toHaveProperty('relayed');
  });

  it('tells a client where it comes from', async () => {
    expect((await (await connect()).bind()).address).toBe('127.0.0.1');
  });
});

describe('where the relay sends', () => {
  const denied = {
    4: [
      '127.0.0.1',
      '127.8.8.8',
      '0.0.0.0',
      '10.0.0.1',
      '172.16.0.1',
      '192.168.1.1',
      '100.64.0.1',
      '169.254.169.254',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '8.8.8.8',
    ],
    6: [
      '::1',
      '::',
      '::ffff:127.0.0.1',
      '::ffff:0.0.0.0',
      '::ffff:10.0.0.1',
      '::ffff:169.254.169.254',
      `::ffff:${peerV4 ?? '198.51.100.7'}`,
      '::127.0.0.1',
      '64:ff9b::7f00:1',
      '64:ff9b::a00:0',
      '2002:7f00:1::',
      '2002:7f00:1::1',
      'fd99::1',
      'fe80::1',
      'ff02::1',
      '2606:4700::',
      '2606:4700::1111',
    ],
  };

  it.each([4, 6] as const)('forbids every peer but the media node over IPv%i', async (family) => {
    const client = await connect({ protocol: 'tcp', credentials: mint(`denied-${family}`) });
    await client.allocate(family);
    for (const [index, address] of denied[family].entries()) {
      const peer = { address, port: 9 };
      await expect(client.createPermission(peer), `permission for ${address}`).rejects.toMatchObject({
        code: 403,
      });
      await expect(client.bindChannel(0x4000 + index, peer), `channel to ${address}`).rejects.toMatchObject({
        code: 403,
      });
    }
  });

  it.skipIf(!peerV4).each(['udp', 'tcp'] as const)(
    'brings data to the media node and back over %s',
    async (protocol) => {
      const { socket, endpoint } = await openPeer(peerV4!);
      const atPeer = createInbox<{ data: string; from: number }>();
      socket.on('message', (data, from) => atPeer.put({ data: data.toString(), from: from.port }));
      const atClient = createInbox<{ data: string; from: unknown }>();
      const client = await connect({
        protocol,
        credentials: mint(`talker-${protocol}`),
        onData: (data, from) => atClient.put({ data: data.toString(), from }),
      });
      const { relayed } = await client.allocate();
      await client.createPermission(endpoint);
      client.sendTo(endpoint, Buffer.from('by indication'));
      expect(await atPeer.take()).toEqual({ data: 'by indication', from: relayed.port });
      socket.send('back', relayed.port, relayed.address);
      expect(await atClient.take()).toEqual({ data: 'back', from: endpoint });
      await client.bindChannel(0x4001, endpoint);
      client.sendByChannel(0x4001, Buffer.from('by channel'));
      expect(await atPeer.take()).toEqual({ data: 'by channel', from: relayed.port });
      socket.send('back again', relayed.port, relayed.address);
      expect(await atClient.take()).toEqual({ data: 'back again', from: { channel: 0x4001 } });
      await client.release();
    },
  );

  it.skipIf(!peerV6)('reaches the media node over IPv6', async () => {
    const { socket, endpoint } = await openPeer(peerV6!);
    const client = await connect({ credentials: mint('six') });
    await client.allocate(6);
    await client.createPermission(endpoint);
    const arrived = once(socket, 'message');
    client.sendTo(endpoint, Buffer.from('hello'));
    expect(String((await arrived)[0])).toBe('hello');
  });
});

describe('the probe', () => {
  const url = (transport: string) => `turn:127.0.0.1:${port}?transport=${transport}`;

  it.each(['udp', 'tcp'])('says that the relay relays over %s', async (transport) => {
    const report = await probeTurn({ url: url(transport), credentials: mint(`probe-${transport}`) });
    expect(report).toMatchObject({ outcome: 'relays', server: { port, protocol: transport } });
  });

  it('says that it was refused, and how', async () => {
    const credentials = { username: mint('probe').username, credential: 'wrong' };
    expect(await probeTurn({ url: url('udp'), credentials })).toMatchObject({
      outcome: 'refused',
      errorCode: 401,
    });
  });

  it.each(['udp', 'tcp'])('says that nobody answers over %s', async (transport) => {
    const closed = await freePort();
    const report = await probeTurn({
      url: `turn:127.0.0.1:${closed}?transport=${transport}`,
      credentials: mint('probe'),
      timeoutMs: 2_000,
    });
    expect(report).toMatchObject({ outcome: 'unreachable', error: expect.stringContaining('ECONNREFUSED') });
  });
});
