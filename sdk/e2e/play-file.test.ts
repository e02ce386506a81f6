import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@boltorezka/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endProcess } from '../../signaling/test/processes.ts';
import { startTestServer, type TestServer } from '../../signaling/test/start-server.ts';
import { writeTone } from '../../web/e2e/tone.ts';
import { createTalkers, installWebRtc } from './talkers.ts';
import { hearPitch } from './tone.ts';
import { until } from './until.ts';

const program = fileURLToPath(new URL('../examples/play-file.ts', import.meta.url));

describe('the example that plays a file', () => {
  let server: TestServer;
  let listener: Client;
  const talkers = createTalkers();
  const folder = mkdtempSync(join(tmpdir(), 'boltorezka-play-'));
  const sound = join(folder, 'tone.wav');
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    installWebRtc();
    writeTone(sound, 660);
    server = await startTestServer();
    listener = await talkers.arrive(server.url, 'Anna', 440);
    await listener.voice.join('general');
  });
  afterAll(async () => {
    for (const child of children) await endProcess(child, 'SIGKILL');
    talkers.close();
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const play = (args: string[], password = 'password123') => {
    const child = spawn(process.execPath, [program, '--url', server.url, ...args], {
      env: { PATH: process.env.PATH ?? '', BOLTOREZKA_PASSWORD: password },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += String(chunk);
    });
    const ended = once(child, 'close').then(([code]) => ({ code: code as number, errors: errors.trim() }));
    return { child, ended };
  };

  const newcomer = () => ['--email', `${randomUUID()}@test.local`, '--name', 'Bot'];
  const heardNames = () => listener.voice.state.get().outputs.map(({ userName }) => userName);

  it('is heard at its pitch, and leaves at the end', async () => {
    const { ended } = play([...newcomer(), sound]);
    const { outputs } = await until(listener.voice.state, (state) => state.outputs.length === 1);
    await hearPitch(outputs[0]!.stream.getAudioTracks()[0]!, 660);
    expect(heardNames()).toEqual(['Bot']);
    expect(await ended).toEqual({ code: 0, errors: '' });
    await until(listener.voice.state, (state) => state.outputs.length === 0);
  });

  it('leaves in order when it is told to end', async () => {
    const { child, ended } = play([...newcomer(), sound]);
    await until(listener.voice.state, (state) => state.outputs.length === 1);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
    await until(listener.voice.state, (state) => state.outputs.length === 0);
  });

  it('ends when the seat is taken elsewhere, and when it is told to before it has begun', async () => {
    const email = `${randomUUID()}@test.local`;
    const { ended } = play(['--email', email, '--name', 'Bot', sound]);
    await until(listener.voice.state, (state) => state.outputs.length === 1);
    const other = play(['--email', email, sound]);
    expect(await ended).toMatchObject({ code: 1, errors: expect.stringContaining('elsewhere') });
    other.child.kill('SIGTERM');
    expect((await other.ended).code).toBe(0);
    const newEmail = `${randomUUID()}@test.local`;
    const early = play(['--email', newEmail, '--name', 'Bot', sound]);
    const count = async () => {
      const sql = 'SELECT count(*)::int AS n FROM users WHERE email = $1';
      return (await server.database.db.query<{ n: number }>(sql, [newEmail]))[0]?.n;
    };
    await expect.poll(count, { interval: 5, timeout: 20_000 }).toBe(1);
    early.child.kill('SIGTERM');
    expect((await early.ended).code).toBe(0);
  });

  it('says in a line what is wrong: the password, the file, the room', async () => {
    const noSound = join(folder, 'no.wav');
    writeFileSync(noSound, 'this is not a sound, whatever its name says it is');
    const wrong = await play(['--email', 'nobody@test.local', sound], 'another password').ended;
    expect(wrong).toMatchObject({ code: 1, errors: expect.stringMatching(/password/i) });
    const bad = await play([...newcomer(), noSound]).ended;
    expect(bad).toMatchObject({ code: 1, errors: expect.stringContaining('ffmpeg') });
    const lost = await play([...newcomer(), '--room', 'no-such-room', sound]).ended;
    expect(lost).toMatchObject({ code: 1, errors: expect.stringMatching(/room/i) });
    for (const { errors } of [wrong, bad, lost]) expect(errors.split('\n')).toHaveLength(1);
  });
});
