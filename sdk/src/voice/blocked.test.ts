import { FakeHandler } from 'mediasoup-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { uuid } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import {
  consumerOf,
  createVoiceRig,
  participant,
  seatId,
  tracksOf,
  type VoiceRig,
} from '../../test/voice-rig.ts';

const bob = { userId: uuid(2), userName: 'Bob' };
const eve = { userId: uuid(3), userName: 'Eve' };

describe('somebody who is blocked, in a call', () => {
  let rig: VoiceRig;
  const voice = () => rig.client.voice;
  const heard = () =>
    voice()
      .state.get()
      .outputs.map(({ userId }) => userId);
  const tell = (type: string, payload: object) => rig.server.sockets.at(-1)?.sendEvent(type, payload);
  const settle = () => rig.client.connection.request('ping', {});
  const setBlocked = async (isBlocked: boolean, person = bob) => {
    tell('blocks.changed', { ...person, isBlocked });
    await settle();
  };
  /** How many sounds the browser was asked to receive. */
  const receiving = vi.spyOn(FakeHandler.prototype, 'receive');
  const received = () => receiving.mock.calls.flatMap(([sounds]) => sounds).length;

  beforeEach(async () => {
    rig = await createVoiceRig();
    rig.joinAnswer.fields = {
      participants: [participant(bob.userId, 'Bob'), participant(eve.userId, 'Eve')],
      consumers: [consumerOf(1, bob.userId), consumerOf(2, eve.userId)],
    };
  });
  afterEach(async () => {
    await rig.close();
    receiving.mockClear();
  });

  it('is not received at all where they were blocked before', async () => {
    await setBlocked(true);
    await voice().join('general');
    expect(heard()).toEqual([eve.userId]);
    tell('voice.consumerAdded', { seatId: seatId(1), consumer: consumerOf(3, bob.userId) });
    await settle();
    expect(heard()).toEqual([eve.userId]);
    expect(received()).toBe(1);
    await setBlocked(false);
    const { outputs } = await until(voice().state, (state) => state.outputs.length === 2);
    // Both of what they send, which was told while they were blocked.
    expect(tracksOf(outputs.find(({ userId }) => userId === bob.userId))).toHaveLength(2);
  });

  it('falls silent at once when they are blocked, and is heard again by the same sound when they are no more', async () => {
    await voice().join('general');
    const [track] = tracksOf(
      voice()
        .state.get()
        .outputs.find(({ userId }) => userId === bob.userId),
    );
    expect(track?.enabled).toBe(true);
    await setBlocked(true);
    expect(heard()).toEqual([eve.userId]);
    expect(track?.enabled).toBe(false);
    await setBlocked(false);
    const { outputs } = await until(voice().state, (state) => state.outputs.length === 2);
    expect(tracksOf(outputs.find(({ userId }) => userId === bob.userId))).toEqual([track]);
    expect(track?.enabled).toBe(true);
  });

  it('stays silent through deafening and hearing again', async () => {
    await voice().join('general');
    const [track] = tracksOf(
      voice()
        .state.get()
        .outputs.find(({ userId }) => userId === bob.userId),
    );
    await setBlocked(true);
    rig.server.handlers.set('voice.setDeafened', () => ({ ack: {} }));
    await voice().setDeafened(true);
    await voice().setDeafened(false);
    expect(track?.enabled).toBe(false);
    await voice().setDeafened(true);
    await setBlocked(false);
    expect(track?.enabled).toBe(false);
    await voice().setDeafened(false);
    expect(track?.enabled).toBe(true);
  });

  it('stays silent on another session, and what they sent no more is not received when they are let through', async () => {
    await setBlocked(true);
    await voice().join('general');
    tell('voice.reset', { seatId: seatId(1), reason: 'workerDied' });
    await rig.server.waitForRequest('voice.join', 2);
    await until(voice().state, ({ status, outputs }) => status === 'connected' && outputs.length === 1);
    expect(heard()).toEqual([eve.userId]);
    tell('voice.consumerClosed', { seatId: seatId(2), consumerId: 'consumer-1' });
    await settle();
    await setBlocked(false);
    expect(heard()).toEqual([eve.userId]);
  });
});
