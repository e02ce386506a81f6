import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { openRealtime } from './realtime.ts';
import { createConnectivityCheck } from './stun.ts';

const ANSWERS_WITHIN_MS = 5_000;
const REPEAT_MS = 250;

interface Candidate {
  address: string;
  port: number;
  protocol: 'udp' | 'tcp';
}

interface TransportOptions {
  iceParameters: { usernameFragment: string; password: string };
  iceCandidates: Candidate[];
}

/**
 * Takes a seat in a room's voice and checks by UDP and TCP that the media worker answers where the client is told to
 * send its sound.
 * @param joinPayload of `voice.join`
 * @returns the candidates that answered
 */
export const checkVoice = async (url: string, token: string, joinPayload: unknown): Promise<string> => {
  const realtime = await openRealtime(url, token);
  try {
    realtime.send({ type: 'voice.join', requestId: 'voice', payload: joinPayload });
    const { sendTransport } = (await realtime.next('ack')) as { sendTransport?: TransportOptions };
    assert.ok(sendTransport, 'voice.join gave no transport');
    const { iceParameters } = sendTransport;
    const isPublished = new URL(url).hostname === 'localhost';
    // A container that was told no address to announce offers its loopback too, where nobody is but itself.
    const candidates = sendTransport.iceCandidates.filter(
      ({ address }) => isPublished || !/^(127\.|::1$)/.test(address),
    );
    assert.deepEqual([...new Set(candidates.map(({ protocol }) => protocol))].sort(), ['tcp', 'udp']);
    for (const candidate of candidates) {
      const check = createConnectivityCheck(iceParameters);
      await (candidate.protocol === 'udp' ? askByUdp : askByTcp)(candidate, check);
    }
    return candidates.map(({ address, port, protocol }) => `${address}:${port}/${protocol}`).join(' ');
  } finally {
    await realtime.close();
  }
};

type Check = ReturnType<typeof createConnectivityCheck>;

const askByUdp = async ({ address, port }: Candidate, { request, isAnsweredBy }: Check): Promise<void> => {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const ask = () => socket.send(request, port, address);
  const timer = setInterval(ask, REPEAT_MS);
  try {
    ask();
    const [response] = await once(socket, 'message', { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    assert.ok(isAnsweredBy(response), 'the answer is no success');
  } catch (error) {
    throw new Error(`${address}:${port}/udp does not answer`, { cause: error });
  } finally {
    clearInterval(timer);
    socket.close();
  }
};

/** By TCP each message has its length in front (RFC 4571). */
const askByTcp = async ({ address, port }: Candidate, { request, isAnsweredBy }: Check): Promise<void> => {
  const socket = connect(port, address);
  try {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(request.length);
    socket.write(Buffer.concat([length, request]));
    const [response] = await once(socket, 'data', { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    assert.ok(isAnsweredBy(response.subarray(2)), 'the answer is no success');
  } catch (error) {
    throw new Error(`${address}:${port}/tcp does not answer`, { cause: error });
  } finally {
    socket.destroy();
  }
};
