import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { uuid } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import { consumerOf, createVoiceRig, participant, seatId, type VoiceRig } from '../../test/voice-rig.ts';
import type { VoiceState } from '../types.ts';

const bob = uuid(2);
const stunOnly = { iceServers: [{ urls: ['stun:localhost:3478'] }] };

describe('voice that connects', () => {
  let rig: VoiceRig;
  const voice = () => rig.client.voice;
  const status = (wanted: VoiceState['status']) => until(voice().state, (state) => state.status === wanted);
  const start = async (connectTimeoutMs?: number) => {
    rig = await createVoiceRig(connectTimeoutMs === undefined ? {} : { connectTimeoutMs });
    rig.media.connects = false;
  };

  afterEach(async () => {
    vi.useRealTimers();
    await rig.close();
  });

  it.each(['send', 'recv'])('is joining until sound flows by the %s transport', async (direction) => {
    await start();
    rig.joinAnswer.fields = { consumers: [consumerOf(1, bob)] };
    await voice().join('general');
    expect(voice().state.get()).toMatchObject({ status: 'joining', outputs: [{ userId: bob }] });
    rig.handlers.find((entry) => entry.direction === direction)?.handler.setConnectionState('connected');
    expect(voice().state.get().status).toBe('connected');
  });

  it('tells the server of a mute while sound does not flow yet', async () => {
    await start();
    await voice().join('general');
    await voice().setMuted(true);
    expect((await rig.server.waitForRequest('voice.setMuted')).payload).toEqual({ muted: true });
  });

  it('joins anew, and says why, where sound does not begin to flow in time', async () => {
    await start(20);
    await voice().join('general');
    await rig.server.waitForRequest('voice.join', 2);
    const { error } = await until(voice().state, (state) => state.error !== null);
    expect(error?.code).toBe('ConnectionFailed');
    rig.media.connects = true;
    expect(await status('connected')).toMatchObject({ error: null });
  });

  it.each([
    [true, 2],
    [false, 3],
  ])('has fifteen seconds for it: where sound flows is %s, it joins %i times', async (connects, joins) => {
    await start();
    // In a call already, so that the clocks of the socket are not of the false time.
    await voice().join('kitchen');
    rig.media.connects = connects;
    rig.joinAnswer.fields = { consumers: [consumerOf(1, bob)] };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await voice().join('general');
    vi.advanceTimersByTime(14_900);
    expect(voice().state.get().status).toBe(connects ? 'connected' : 'joining');
    vi.advanceTimersByTime(200);
    vi.useRealTimers();
    rig.media.connects = true;
    await rig.server.waitForRequest('voice.join', joins);
    await status('connected');
    await rig.client.connection.request('ping', {});
    expect(rig.typesSeen().filter((type) => type === 'voice.join')).toHaveLength(joins);
  });

  it('is over at once, and says why, where only a relay may be used and there is none', async () => {
    await start();
    rig.joinAnswer.fields = stunOnly;
    voice().setIceTransportPolicy('relay');
    await voice().join('general');
    const { status: now, error } = voice().state.get();
    expect(now).toBe('idle');
    expect(error).toMatchObject({ code: 'ConnectionFailed', detail: 'noRelay' });
    expect(error?.message).toContain('no relay');
    await rig.server.waitForRequest('voice.leave');
  });

  it('needs no relay where it may do without', async () => {
    await start();
    rig.media.connects = true;
    rig.joinAnswer.fields = stunOnly;
    await voice().join('general');
    expect(voice().state.get().status).toBe('connected');
  });
});

describe('voice that the server puts off', () => {
  let rig: VoiceRig;

  beforeEach(async () => {
    rig = await createVoiceRig();
  });
  afterEach(async () => {
    await rig.close();
  });

  it('does not take too many attempts for a refusal', async () => {
    const nack = { code: 'RateLimited', message: 'Slow down', retryAfterMs: 5 };
    rig.server.handlers.set('voice.join', () => ({ nack }));
    await rig.client.voice.join('general');
    expect(rig.client.voice.state.get()).toMatchObject({ status: 'idle', error: { code: 'RateLimited' } });
  });

  it('comes back as soon as it may', async () => {
    rig.joinAnswer.fields = { participants: [participant(bob, 'Bob')] };
    await rig.client.voice.join('general');
    const answer = rig.server.handlers.get('voice.join')!;
    let refusedAt = 0;
    let waitedMs = 0;
    rig.server.handlers.set('voice.join', (payload, socket) => {
      if (refusedAt > 0) {
        waitedMs = performance.now() - refusedAt;
        return answer(payload, socket);
      }
      refusedAt = performance.now();
      return { nack: { code: 'RateLimited', message: 'Slow down', retryAfterMs: 100 } };
    });
    rig.server.sockets[0]?.sendEvent('voice.reset', { seatId: seatId(1), reason: 'workerDied' });
    await rig.server.waitForRequest('voice.join', 3);
    await until(rig.client.voice.state, ({ status }) => status === 'connected');
    expect(waitedMs).toBeGreaterThanOrEqual(95);
  });
});
