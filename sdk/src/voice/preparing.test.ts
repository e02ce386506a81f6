import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { uuid } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import { consumerOf, createVoiceRig, FakeTrack, type VoiceRig, voiceJoined } from '../../test/voice-rig.ts';

const bob = uuid(2);
const preparationId = uuid(800);

const certificate = {
  certificate: { expires: Date.now() + 30 * 24 * 60 * 60 * 1_000 } as RTCCertificate,
  dtlsParameters: {
    role: 'client' as const,
    fingerprints: [{ algorithm: 'sha-256' as const, value: Array(32).fill('AB').join(':') }],
  },
};

describe('voice that is prepared', () => {
  let rig: VoiceRig;
  const silent: FakeTrack[] = [];
  const released: FakeTrack[] = [];
  const voice = () => rig.client.voice;
  const offer = (n: number): object => {
    const { iceServers, sendTransport, recvTransport } = voiceJoined(n);
    return { iceServers, sendTransport, recvTransport };
  };
  /** The server joins with what it has prepared, as long as it is asked to. */
  const answerJoins = () => {
    rig.server.handlers.set('voice.join', ({ preparationId: named, roomSlug }) => ({
      ack: voiceJoined(named ? 1 : 2, {
        roomSlug,
        consumers: [consumerOf(1, bob)],
        ...(named ? { ...offer(10), producerId: 'producer-1' } : {}),
      }),
    }));
  };

  beforeEach(async () => {
    silent.length = 0;
    released.length = 0;
    rig = await createVoiceRig({
      getCertificate: async () => certificate,
      createSilentTrack: () => {
        const track = new FakeTrack();
        silent.push(track);
        return { track: track as unknown as MediaStreamTrack, release: () => released.push(track) };
      },
    });
    rig.server.handlers.set('voice.prepare', () => ({ ack: { preparationId, ...offer(10) } }));
    answerJoins();
  });
  afterEach(async () => {
    vi.useRealTimers();
    await rig.close();
  });

  const connected = () => until(voice().state, ({ status }) => status === 'connected');

  it('is connected before the click, and the click is one request', async () => {
    await voice().prepare('general');
    expect((await rig.server.waitForRequest('voice.prepare')).payload).toEqual({
      roomSlug: 'general',
      dtlsParameters: certificate.dtlsParameters,
    });
    expect([rig.handlers.length, rig.tracks.length, voice().state.get().status]).toEqual([2, 0, 'idle']);
    await voice().join('general');
    expect(await connected()).toMatchObject({ outputs: [{ userId: bob }] });
    const { payload } = await rig.server.waitForRequest('voice.join');
    expect(payload).toMatchObject({ preparationId, produce: { kind: 'audio', rtpParameters: {} } });
    expect(rig.typesSeen()).toEqual(['voice.prepare', 'voice.join']);
    expect(rig.handlers).toHaveLength(2);
    expect(rig.tracks).toHaveLength(1);
    expect(released).toContain(silent[0]);
  });

  it('is waited for where it is on its way', async () => {
    void voice().prepare('general');
    await voice().join('general');
    await connected();
    expect(rig.typesSeen()).toEqual(['voice.prepare', 'voice.join']);
  });

  it('is given up where the server has it no more: the answer’s own transports are used', async () => {
    await voice().prepare('general');
    rig.server.handlers.set('voice.join', ({ roomSlug }) => ({ ack: voiceJoined(3, { roomSlug }) }));
    await voice().join('general');
    await connected();
    expect(rig.typesSeen()).toEqual(['voice.prepare', 'voice.join', 'voice.produce']);
    expect(rig.handlers).toHaveLength(4);
    expect(released).toContain(silent[0]);
  });

  it('is asked for once a room, and given up for another', async () => {
    await voice().prepare('general');
    await voice().prepare('general');
    await voice().prepare('kitchen');
    expect(released).toEqual([silent[0]]);
    await voice().join('general');
    await connected();
    const seen = rig.typesSeen();
    expect(seen.slice(0, 3)).toEqual(['voice.prepare', 'voice.prepare', 'voice.join']);
    expect((await rig.server.waitForRequest('voice.join')).payload.preparationId).toBeUndefined();
    expect(released).toEqual(silent);
  });

  it('is not asked for in the room where one sits', async () => {
    await voice().join('general');
    await voice().prepare('general');
    expect(rig.typesSeen()).not.toContain('voice.prepare');
  });

  it('is given up with the socket, and after a minute', async () => {
    await voice().prepare('general');
    rig.server.sockets[0]?.terminate();
    await until(rig.client.connection.state, ({ status }) => status !== 'online');
    await vi.waitFor(() => expect(released).toEqual([silent[0]]));
    await until(rig.client.connection.state, ({ status }) => status === 'online');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const preparing = voice().prepare('general');
    await preparing;
    await vi.advanceTimersByTimeAsync(56_000);
    expect(released).toEqual(silent);
  });

  it('is given up where another way is wished for: it would show the address that is to be hidden', async () => {
    await voice().prepare('general');
    voice().setIceTransportPolicy('all');
    expect(released).toEqual([]);
    voice().setIceTransportPolicy('relay');
    await voice().join('general');
    await connected();
    expect((await rig.server.waitForRequest('voice.join')).payload.preparationId).toBeUndefined();
    expect(released).toEqual(silent);
    expect(rig.handlers.slice(2).map(({ iceTransportPolicy }) => iceTransportPolicy)).toEqual([
      'relay',
      'relay',
    ]);
  });

  it('is tried for no longer than any other, counted from the click', async () => {
    await rig.close();
    rig = await createVoiceRig({
      connectTimeoutMs: 50,
      getCertificate: async () => certificate,
      createSilentTrack: () => ({ track: new FakeTrack() as unknown as MediaStreamTrack, release: () => {} }),
    });
    rig.server.handlers.set('voice.prepare', () => ({ ack: { preparationId, ...offer(10) } }));
    answerJoins();
    rig.media.connects = false;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await voice().prepare('general');
    await vi.advanceTimersByTimeAsync(100);
    vi.useRealTimers();
    void voice().join('general');
    await rig.server.waitForRequest('voice.join', 2);
  });

  it.each(['RateLimited', 'UnknownEvent'])('is no failure where the server will not: %s', async (code) => {
    rig.server.handlers.set('voice.prepare', () => ({ nack: { code, message: 'No' } }));
    await voice().prepare('general');
    await voice().join('general');
    await connected();
    expect(rig.typesSeen()).toContain('voice.produce');
    expect(released).toEqual(silent);
  });
});

describe('what was prepared for a join that does not come about', () => {
  const setup = async (getMicrophone: () => Promise<MediaStreamTrack>) => {
    const released: string[] = [];
    const rig = await createVoiceRig({
      getMicrophone,
      getCertificate: async () => certificate,
      createSilentTrack: () => ({
        track: new FakeTrack() as unknown as MediaStreamTrack,
        release: () => released.push('silence'),
      }),
    });
    const { iceServers, sendTransport, recvTransport } = voiceJoined(10);
    rig.server.handlers.set('voice.prepare', () => ({
      ack: { preparationId, iceServers, sendTransport, recvTransport },
    }));
    await rig.client.voice.prepare('general');
    return { rig, released };
  };

  it('is closed where the microphone is refused', async () => {
    const refused = Object.assign(new Error('no'), { name: 'NotAllowedError' });
    const { rig, released } = await setup(() => Promise.reject(refused));
    await rig.client.voice.join('general');
    expect(rig.client.voice.state.get().error?.code).toBe('MicrophoneRefused');
    await expect.poll(() => released).toEqual(['silence']);
    await rig.close();
  });

  it('is closed where the call is left while the microphone is being asked for', async () => {
    const { rig, released } = await setup(() => new Promise(() => undefined));
    const joining = rig.client.voice.join('general');
    await until(rig.client.voice.state, ({ waitingForMicrophone }) => waitingForMicrophone);
    await rig.client.voice.leave();
    await joining;
    await expect.poll(() => released).toEqual(['silence']);
    await rig.close();
  });
});

describe('a microphone that has opened before', () => {
  it('is not waited for: the seat is asked for meanwhile', async () => {
    let open: (() => void) | undefined;
    const rig = await createVoiceRig({
      getMicrophone: async () => {
        if (rig.typesSeen().includes('voice.leave')) await new Promise<void>((resolve) => (open = resolve));
        return new FakeTrack() as unknown as MediaStreamTrack;
      },
    });
    const { voice } = rig.client;
    await voice.join('general');
    await voice.leave();
    const joining = voice.join('general');
    await rig.server.waitForRequest('voice.join', 2);
    expect(rig.typesSeen().filter((type) => type === 'voice.produce')).toHaveLength(1);
    open?.();
    await joining;
    expect(rig.typesSeen().filter((type) => type === 'voice.produce')).toHaveLength(2);
    await rig.close();
  });

  it('finds the seat resumed where the socket was lost and came back while it opened', async () => {
    let open: (() => void) | undefined;
    const rig = await createVoiceRig({
      getMicrophone: async () => {
        if (rig.typesSeen().includes('voice.leave')) await new Promise<void>((resolve) => (open = resolve));
        return new FakeTrack() as unknown as MediaStreamTrack;
      },
    });
    const { voice, connection } = rig.client;
    await voice.join('general');
    await voice.leave();
    void voice.join('general');
    await rig.server.waitForRequest('voice.join', 2);
    await connection.request('ping', {});
    rig.server.sockets.at(-1)?.terminate();
    await until(connection.state, ({ status }) => status !== 'online');
    await until(connection.state, ({ status }) => status === 'online');
    open?.();
    await rig.server.waitForRequest('voice.resume');
    await until(voice.state, ({ status }) => status === 'connected');
    await rig.close();
  });

  it('costs the seat where it does not open this time', async () => {
    let isThere = true;
    const rig = await createVoiceRig({
      getMicrophone: async () => {
        if (!isThere) throw Object.assign(new Error('gone'), { name: 'NotFoundError' });
        return new FakeTrack() as unknown as MediaStreamTrack;
      },
    });
    const { voice } = rig.client;
    await voice.join('general');
    await voice.leave();
    isThere = false;
    await voice.join('general');
    expect(voice.state.get()).toMatchObject({ status: 'idle', error: { code: 'MicrophoneMissing' } });
    await rig.server.waitForRequest('voice.leave', 2);
    await rig.close();
  });
});
