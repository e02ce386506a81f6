// The page of media/bench/sequential-server.ts: joins a call in the way that `npm run bench -- first-sound` measures the
// product's against, one request after another. It names its parts as the product's page does, for whoever drives both.
import { Device } from 'mediasoup-client';
import type { ConsumerOptions, RtpCapabilities, Transport, TransportOptions } from 'mediasoup-client/types';

interface Answers {
  getRouterRtpCapabilities: RtpCapabilities;
  createWebRtcTransport: TransportOptions;
  join: { sounds: { name: string; producerId: string }[] };
  connectWebRtcTransport: object;
  produce: { id: string };
  consume: ConsumerOptions;
  resumeConsumer: object;
  leave: object;
}

type Request = <T extends keyof Answers>(type: T, payload?: object) => Promise<Answers[T]>;

interface Call {
  close(): void;
}

/** What somebody who is measured has set on the product's page, so that a tone passes. */
const microphone = { noiseSuppression: false, echoCancellation: false, autoGainControl: false };

const codecOptions = { opusDtx: true, opusFec: true, opusStereo: false };

/** Asks over a socket that is open. */
const createRequest = (socket: WebSocket): Request => {
  const waiting = new Map<string, PromiseWithResolvers<unknown>>();
  let asked = 0;
  socket.addEventListener('message', ({ data }) => {
    const { type, requestId, payload } = JSON.parse(data);
    const question = waiting.get(requestId);
    waiting.delete(requestId);
    if (type === 'ack') question?.resolve(payload);
    else question?.reject(new Error(payload.message));
  });
  return <T extends keyof Answers>(type: T, payload: object = {}) => {
    asked += 1;
    const requestId = String(asked);
    const question = Promise.withResolvers<unknown>();
    waiting.set(requestId, question);
    socket.send(JSON.stringify({ type, requestId, payload }));
    return question.promise as Promise<Answers[T]>;
  };
};

/** mediasoup-client begins with ICE once `connect` is done, and asks for `produce` after that. */
const watch = (transport: Transport, request: Request): Transport => {
  const { id: transportId } = transport;
  transport.on('connect', ({ dtlsParameters }, done, fail) => {
    request('connectWebRtcTransport', { transportId, dtlsParameters }).then(() => done(), fail);
  });
  transport.on('produce', ({ kind, rtpParameters }, done, fail) => {
    request('produce', { transportId, kind, rtpParameters }).then(done, fail);
  });
  return transport;
};

const openMicrophone = async (): Promise<MediaStreamTrack> => {
  const [track] = (await navigator.mediaDevices.getUserMedia({ audio: microphone })).getAudioTracks();
  if (!track) throw new Error('There is no microphone');
  return track;
};

const play = (track: MediaStreamTrack, name: string): HTMLAudioElement => {
  const audio = document.createElement('audio');
  audio.dataset.testid = 'remote-audio';
  audio.dataset.userName = name;
  audio.autoplay = true;
  audio.srcObject = new MediaStream([track]);
  document.body.append(audio);
  return audio;
};

/** Everything in turn: nothing is begun before what comes before it is done. */
const openCall = async (request: Request, name: string): Promise<Call> => {
  const routerRtpCapabilities = await request('getRouterRtpCapabilities');
  const device = await Device.factory();
  await device.load({ routerRtpCapabilities });
  const send = watch(device.createSendTransport(await request('createWebRtcTransport')), request);
  const recv = watch(device.createRecvTransport(await request('createWebRtcTransport')), request);
  const { sounds } = await request('join', { name, rtpCapabilities: device.recvRtpCapabilities });
  const track = await openMicrophone();
  await send.produce({ track, codecOptions });
  const audios: HTMLAudioElement[] = [];
  for (const { name: userName, producerId } of sounds) {
    const consumer = await recv.consume(await request('consume', { transportId: recv.id, producerId }));
    audios.push(play(consumer.track, userName));
    await request('resumeConsumer', { consumerId: consumer.id });
  }
  return {
    close: () => {
      for (const audio of audios) audio.remove();
      send.close();
      recv.close();
      track.stop();
    },
  };
};

const start = (socket: WebSocket, button: HTMLButtonElement): void => {
  const request = createRequest(socket);
  const name = new URLSearchParams(location.search).get('name') ?? 'Somebody';
  let call: Call | null = null;
  const toggle = async () => {
    button.disabled = true;
    if (call) {
      call.close();
      call = null;
      await request('leave');
    } else {
      call = await openCall(request, name);
    }
    button.dataset.testid = call ? 'voice-leave' : 'voice-join';
    button.textContent = call ? 'Leave' : 'Join';
    button.disabled = false;
  };
  button.addEventListener('click', () => {
    toggle().catch((error: unknown) => {
      button.textContent = String(error);
    });
  });
  socket.addEventListener('open', () => {
    button.disabled = false;
  });
};

const button = document.querySelector('button');
if (button) start(new WebSocket(`ws://${location.host}/`), button);
