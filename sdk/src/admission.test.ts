import { AppError } from '@boltorezka/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createScriptedServer, type ScriptedServer, token } from '../test/scripted-server.ts';
import { until } from '../test/until.ts';
import { type Admit, toSocketUrl } from './admission.ts';
import { type ConnectionService, createConnection } from './connection.ts';
import type { LogEntry } from './types.ts';

describe('socket address', () => {
  it('asks for the realtime path with what lets one in, and with what resumes the former socket', () => {
    expect(toSocketUrl('https://talk.example', { token: 'a b' }, null)).toBe(
      'wss://talk.example/v1/realtime/ws?token=a+b',
    );
    expect(toSocketUrl('http://localhost:8080', { ticket: 't' }, 'r')).toBe(
      'ws://localhost:8080/v1/realtime/ws?ticket=t&resume=r',
    );
  });
});

describe('a socket that has to be let in', () => {
  let server: ScriptedServer;
  let connection: ConnectionService;
  let ended: number[];
  let admit: Admit;
  let mayRenew: boolean;
  let log: LogEntry[];

  const start = () => {
    connection = createConnection({
      baseUrl: server.baseUrl,
      webSocket: (url) => new WebSocket(url),
      random: () => 0,
      log: (entry) => log.push(entry),
      admit: (asked) => admit(asked),
      mayRenew: () => mayRenew,
      onSessionEnded: (of) => ended.push(of),
    });
    connection.start(1);
  };
  const online = () => until(connection.state, ({ status }) => status === 'online');

  beforeEach(async () => {
    server = await createScriptedServer();
    ended = [];
    admit = async () => ({ token });
    mayRenew = false;
    log = [];
  });
  afterEach(async () => {
    connection.stop();
    await server.close();
  });

  it('asks to be let in anew for each socket', async () => {
    let asked = 0;
    admit = async () => {
      asked += 1;
      return { ticket: `secret-ticket-${asked}` };
    };
    start();
    await online();
    server.sockets[0]?.terminate();
    const second = await server.waitForSocket(2);
    expect(second.url.searchParams.get('ticket')).toBe('secret-ticket-2');
    expect(second.url.searchParams.has('token')).toBe(false);
    await online();
    expect(JSON.stringify(log)).not.toContain('secret');
  });

  it('takes a ticket that is refused for one that came too late, and asks for the next', async () => {
    admit = async () => ({ ticket: 'secret-ticket' });
    start();
    await online();
    server.sockets[0]?.close(4002);
    await server.waitForSocket(2);
    await online();
    expect(ended).toEqual([]);
  });

  it('ends where the server says that the session is over when it is asked to let it in', async () => {
    admit = () => Promise.reject(new AppError('Unauthorized', 'Over'));
    start();
    await until(connection.state, ({ status }) => status === 'offline');
    expect(ended).toEqual([1]);
    expect(server.sockets).toEqual([]);
  });

  it('asks again, and later where it was too often, when it cannot be let in yet', async () => {
    const refusals = [
      new AppError('Unavailable', 'Away'),
      new AppError('ServerError', 'Broken'),
      new AppError('RateLimited', 'Slow down'),
    ];
    const attempts: number[] = [];
    admit = () => {
      attempts.push(connection.state.get().attempt);
      const refusal = refusals.shift();
      return refusal ? Promise.reject(refusal) : Promise.resolve({ token });
    };
    start();
    await online();
    expect(attempts).toEqual([0, 1, 2, 4]);
  });

  it('gives up asking when nobody answers, and opens nothing that comes too late', async () => {
    let answer: ((admission: { ticket: string }) => void) | undefined;
    let isAborted = false;
    admit = ({ signal }) => {
      signal.addEventListener('abort', () => {
        isAborted = true;
      });
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
    start();
    await expect.poll(() => answer).toBeDefined();
    const late = answer;
    admit = async () => ({ token });
    connection.stop();
    expect(isAborted).toBe(true);
    connection.start(2);
    await online();
    late?.({ ticket: 'late' });
    expect(server.sockets).toHaveLength(1);
    expect(server.sockets[0]?.url.searchParams.get('token')).toBe(token);
  });

  it.each([4001, 4002, 4003])(
    'asks with another token after close code %i where the session renews its own',
    async (code) => {
      const asked: boolean[] = [];
      admit = async ({ mustRenew }) => {
        asked.push(mustRenew);
        return { token };
      };
      mayRenew = true;
      start();
      await online();
      server.sockets[0]?.close(code);
      await server.waitForSocket(2);
      await online();
      server.sockets[1]?.terminate();
      await server.waitForSocket(3);
      expect(asked).toEqual([false, true, false]);
      expect(ended).toEqual([]);
    },
  );
});
