import type { Join } from './listener.ts';
import type { WireEvent } from './relay/wire.ts';
import type { Client } from './starts.ts';

/** Milliseconds after the click; absent where it did not happen. */
export type Phases = Record<string, number | undefined>;

/** When, wall time, messages of the socket were on their way. */
const readSocket = (steps: WireEvent[]) => {
  const arrivals = (type: string) => steps.filter(({ label }) => label === `ack ${type}`);
  return {
    sent: (type: string) => steps.find(({ up, label }) => up && label === type)?.sentAtMs,
    answered: (type: string) => arrivals(type).at(-1)?.deliveredAtMs,
    firstAnswered: (type: string) => arrivals(type).at(0)?.deliveredAtMs,
  };
};

const microphonePhases = ({ marks }: Join): Phases => ({
  'microphone asked': marks.microphoneAskedAtMs,
  'microphone open': marks.microphoneOpenAtMs,
});

const productPhases = (steps: WireEvent[], join: Join): Phases => {
  const { sent, answered } = readSocket(steps);
  const http = steps.filter(({ protocol, up }) => protocol === 'http' && !up);
  return {
    'call code loaded': http.at(-1)?.deliveredAtMs,
    ...microphonePhases(join),
    'voice.join sent': sent('voice.join'),
    'voice.join answered': answered('voice.join'),
    'voice.connectTransport sent (first)': sent('voice.connectTransport'),
    'voice.connectTransport answered (last)': answered('voice.connectTransport'),
    'voice.produce answered': answered('voice.produce'),
  };
};

const referencePhases = (steps: WireEvent[], join: Join): Phases => {
  const { sent, answered, firstAnswered } = readSocket(steps);
  return {
    'capabilities asked': sent('getRouterRtpCapabilities'),
    'capabilities answered': answered('getRouterRtpCapabilities'),
    'transport asked (first)': sent('createWebRtcTransport'),
    'transport answered (last)': answered('createWebRtcTransport'),
    'join answered': answered('join'),
    ...microphonePhases(join),
    'connecting to send answered': firstAnswered('connectWebRtcTransport'),
    'produce answered': answered('produce'),
    'consume answered': answered('consume'),
    'connecting to hear answered': answered('connectWebRtcTransport'),
  };
};

const mediaPhases = (steps: WireEvent[], join: Join): Phases => {
  const sound = steps.find(({ protocol }) => protocol === 'rtp');
  const onSoundFlow = steps.filter(({ flow }) => flow === sound?.flow);
  const dtls = onSoundFlow.filter(({ protocol }) => protocol === 'dtls');
  return {
    'ICE begins': onSoundFlow.find(({ protocol }) => protocol === 'stun')?.sentAtMs,
    'DTLS begins': dtls[0]?.sentAtMs,
    'DTLS ends': dtls.at(-1)?.deliveredAtMs,
    'first packet of sound': sound?.deliveredAtMs,
    'audio element plays': join.marks.attachedAtMs,
    'first sound': join.soundedAtMs,
  };
};

const signalingPhases = { product: productPhases, reference: referencePhases } satisfies Record<
  Client,
  unknown
>;

/** What a join went through, roughly in this order. */
export const readPhases = (client: Client, steps: WireEvent[], join: Join): Phases => {
  const at = { ...signalingPhases[client](steps, join), ...mediaPhases(steps, join) };
  return Object.fromEntries(
    Object.entries(at).map(([name, atMs]) => [
      name,
      atMs === undefined ? undefined : atMs - join.clickedAtMs,
    ]),
  );
};
