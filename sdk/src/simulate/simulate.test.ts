import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uuid } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import { consumerOf, createVoiceRig, type VoiceRig } from '../../test/voice-rig.ts';
import type { Failure } from '../types.ts';

const bob = uuid(2);

describe('a client that is hurt on purpose', () => {
  let rig: VoiceRig;
  beforeEach(async () => {
    rig = await createVoiceRig();
    rig.joinAnswer.fields = { consumers: [consumerOf(1, bob)] };
    await rig.client.voice.join('general');
  });
  afterEach(async () => {
    await rig.close();
  });

  const online = () => until(rig.client.connection.state, ({ status }) => status === 'online');
  const connected = () => until(rig.client.voice.state, ({ status }) => status === 'connected');
  /** From the first moment on: what passes quickly must not be missed. */
  const watch = () => {
    const seen = new Set<string>();
    rig.client.connection.state.subscribe(() => seen.add(rig.client.connection.state.get().status));
    rig.client.voice.state.subscribe(() => seen.add(`voice ${rig.client.voice.state.get().status}`));
    return seen;
  };

  it.each<[Failure, string]>([
    [{ kind: 'socketLost' }, 'reconnecting'],
    [{ kind: 'networkChange' }, 'reconnecting'],
    [{ kind: 'mediaLost' }, 'voice reconnecting'],
    [{ kind: 'serverGone', durationMs: 30 }, 'reconnecting'],
    [{ kind: 'blackHole', durationMs: 30 }, 'voice reconnecting'],
    [{ kind: 'sleep', durationMs: 30 }, 'reconnecting'],
  ])('shows %j, and is back in its call by itself', async (failure, shown) => {
    const seen = watch();
    await rig.client.simulate(failure);
    await online();
    await connected();
    await rig.client.connection.request('ping', {});
    expect([...seen]).toContain(shown);
    expect(rig.client.voice.state.get().outputs.map(({ userId }) => userId)).toEqual([bob]);
  });

  it('asks for its seat where the socket was lost, and joins anew where its media was', async () => {
    await rig.client.simulate({ kind: 'socketLost' });
    await rig.server.waitForRequest('voice.resume');
    await connected();
    await rig.client.simulate({ kind: 'mediaLost' });
    await rig.server.waitForRequest('voice.join', 2);
    await connected();
  });

  it('is refused whatever it asks while the server cannot, and hears that it may ask again', async () => {
    const over = rig.client.simulate({ kind: 'unavailable', durationMs: 50 });
    const asked = rig.client.connection.request('voice.leave', {});
    await expect(asked).rejects.toMatchObject({ code: 'Unavailable', retryable: true });
    await expect(rig.client.connection.request('ping', {})).resolves.toBeDefined();
    await over;
    await rig.client.connection.request('voice.leave', {});
    expect(rig.typesSeen().filter((type) => type === 'voice.leave')).toHaveLength(1);
  });

  it('loses nothing in a hole that is shorter than its patience: what was on its way comes late', async () => {
    const over = rig.client.simulate({ kind: 'blackHole', durationMs: 40 });
    const asked = rig.client.connection.request('room.leave', { roomSlug: 'kitchen' });
    expect(rig.server.requests.filter(({ type }) => type === 'room.leave')).toEqual([]);
    await over;
    await asked;
    expect(rig.server.sockets).toHaveLength(1);
  });

  it('ends each harm by itself where several are done at once', async () => {
    const gone = rig.client.simulate({ kind: 'serverGone', durationMs: 200 });
    await rig.client.simulate({ kind: 'unavailable', durationMs: 20 });
    expect(rig.client.connection.state.get().status).not.toBe('online');
    await gone;
    await online();
    await connected();
  });

  it('ends though the call is left in the midst of it', async () => {
    const over = rig.client.simulate({ kind: 'blackHole', durationMs: 100 });
    await rig.client.voice.leave();
    await over;
    await online();
    await rig.client.voice.join('general');
    await connected();
  });

  it('ends with the client, in the midst of it', async () => {
    const over = rig.client.simulate({ kind: 'serverGone', durationMs: 3_600_000 });
    rig.client.close();
    await over;
  });
});
