import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Refusal } from '../../test/scripted-server.ts';
import { uuid } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import { consumerOf, createVoiceRig, seatId, tracksOf, type VoiceRig } from '../../test/voice-rig.ts';
import type { VoiceState } from '../types.ts';

const [bob, clara, dan] = [uuid(2), uuid(3), uuid(4)] as const;

describe('voice whose socket was lost', () => {
  let rig: VoiceRig;
  const voice = () => rig.client.voice;
  const status = (wanted: VoiceState['status']) => until(voice().state, (state) => state.status === wanted);
  const refuse = (nack: Refusal['nack']) => rig.server.handlers.set('voice.resume', () => ({ nack }));
  const loseSocket = async () => {
    rig.server.sockets.at(-1)?.terminate();
    await until(rig.client.connection.state, (state) => state.status !== 'online');
  };
  const comeBack = async () => {
    await until(rig.client.connection.state, (state) => state.status === 'online');
    await status('connected');
    await rig.client.connection.request('ping', {});
  };

  beforeEach(async () => {
    rig = await createVoiceRig();
    rig.joinAnswer.fields = { consumers: [consumerOf(1, bob), consumerOf(2, clara)] };
    await voice().join('general');
    await status('connected');
  });
  afterEach(async () => {
    await rig.close();
  });

  it('goes on with the same media: nothing is asked for but the seat', async () => {
    const before = voice()
      .state.get()
      .outputs.map((output) => tracksOf(output)[0]);
    const seen = rig.typesSeen().length;
    await loseSocket();
    await comeBack();
    expect(rig.typesSeen().slice(seen)).toEqual(['voice.resume']);
    const { payload, socket } = await rig.server.waitForRequest('voice.resume');
    expect(payload).toEqual({ seatId: seatId(1), muted: false, deafened: false });
    expect(socket).toBe(rig.server.sockets[1]);
    expect(
      voice()
        .state.get()
        .outputs.map((output) => tracksOf(output)[0]),
    ).toEqual(before);
    expect(rig.handlers).toHaveLength(2);
  });

  it('makes good what it missed: who fell silent and who began', async () => {
    const [kept] = voice().state.get().outputs;
    rig.joinAnswer.fields = { consumers: [consumerOf(1, bob), consumerOf(3, dan)] };
    await loseSocket();
    await comeBack();
    const { outputs } = await until(
      voice().state,
      (state) => state.outputs.map(({ userId }) => userId).join() === [bob, dan].join(),
    );
    expect(tracksOf(outputs[0])[0]).toBe(tracksOf(kept)[0]);
  });

  it('takes what comes beside the answer after it', async () => {
    const answer = rig.server.handlers.get('voice.resume')!;
    rig.server.handlers.set('voice.resume', (payload, socket) => {
      socket.sendEvent('voice.consumerClosed', { seatId: seatId(1), consumerId: 'consumer-2' });
      socket.sendEvent('voice.consumerAdded', { seatId: seatId(1), consumer: consumerOf(3, dan) });
      return answer(payload, socket);
    });
    await loseSocket();
    await comeBack();
    await until(
      voice().state,
      (state) => state.outputs.map(({ userId }) => userId).join() === [bob, dan].join(),
    );
  });

  it('tells of a mute that changed without a socket, and of one that changed while it came back', async () => {
    await loseSocket();
    await voice().setMuted(true);
    const answer = rig.server.handlers.get('voice.resume')!;
    rig.server.handlers.set('voice.resume', (payload, socket) => {
      void voice().setDeafened(true);
      return answer(payload, socket);
    });
    await comeBack();
    expect((await rig.server.waitForRequest('voice.resume')).payload).toMatchObject({ muted: true });
    expect((await rig.server.waitForRequest('voice.setDeafened')).payload).toEqual({ deafened: true });
  });

  it.each(['NotInVoice', 'UnknownEvent', 'Unavailable'])(
    'joins anew where the answer is %s',
    async (code) => {
      refuse({ code, message: 'No' });
      await loseSocket();
      await comeBack();
      const { payload } = await rig.server.waitForRequest('voice.join', 2);
      expect(payload.seatId).toBe(seatId(1));
      expect(rig.handlers).toHaveLength(4);
    },
  );

  it('is over where the person has sat down elsewhere meanwhile', async () => {
    refuse({ code: 'Conflict', message: 'Elsewhere' });
    await loseSocket();
    expect(await status('idle')).toMatchObject({ endedBecause: 'moved', error: null });
    await rig.client.connection.request('ping', {});
    expect(rig.typesSeen().filter((type) => type === 'voice.join')).toHaveLength(1);
    expect(rig.typesSeen()).not.toContain('voice.leave');
  });

  it('finds its way again where its network broke meanwhile: the same media, by another way', async () => {
    const iceParameters = { usernameFragment: 'other', password: 'p', iceLite: true };
    rig.server.handlers.set('voice.restartIce', () => ({ ack: { iceParameters, iceServers: [] } }));
    await loseSocket();
    const [send] = rig.handlers;
    send?.handler.setConnectionState('failed');
    const { payload } = await rig.server.waitForRequest('voice.restartIce');
    expect(payload).toEqual({ transportId: 'send-1' });
    expect(voice().state.get().status).toBe('reconnecting');
    await until(rig.client.connection.state, (state) => state.status === 'online');
    await rig.server.waitForRequest('voice.resume');
    await rig.client.connection.request('ping', {});
    expect(voice().state.get()).toMatchObject({ status: 'reconnecting', interruptedBy: 'network' });
    send?.handler.setConnectionState('connected');
    await comeBack();
    expect(rig.typesSeen().filter((type) => type === 'voice.join')).toHaveLength(1);
  });

  it('joins anew where its media broke meanwhile and the server knows it no more', async () => {
    await loseSocket();
    rig.handlers[0]?.handler.setConnectionState('failed');
    await comeBack();
    await rig.server.waitForRequest('voice.join', 2);
    expect(rig.typesSeen()).toContain('voice.restartIce');
  });

  it('asks again where that socket is lost as well', async () => {
    const answer = rig.server.handlers.get('voice.resume')!;
    rig.server.handlers.set('voice.resume', (_payload, socket) => {
      rig.server.handlers.set('voice.resume', answer);
      socket.terminate();
      return null;
    });
    await loseSocket();
    await rig.server.waitForRequest('voice.resume', 2);
    await comeBack();
    expect(rig.typesSeen().filter((type) => type === 'voice.join')).toHaveLength(1);
  });
});
