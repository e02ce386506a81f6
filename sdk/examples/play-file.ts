// Joins a room's call without a browser and plays a WAV file to whoever is there:
//   node infra/setup/with-node.mjs sdk/examples/play-file.ts --email <email> FILE
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Client, createClient, type Store } from '@boltorezka/sdk';
import wrtc from '@roamhq/wrtc';
import { Chrome111 } from 'mediasoup-client/handlers/Chrome111';
import { createPlayer, type Player } from './player.ts';
import { readWav } from './wav.ts';

const usage = `play-file --email <email> [--url http://localhost:8080] [--room general] [--name <name>] FILE
  --name signs up first. The password is read from BOLTOREZKA_PASSWORD: arguments are seen by everybody on the machine.`;

const readOptions = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      url: { type: 'string', default: 'http://localhost:8080' },
      room: { type: 'string', default: 'general' },
      email: { type: 'string' },
      name: { type: 'string' },
    },
  });
  const { BOLTOREZKA_PASSWORD: password } = process.env;
  const [file] = positionals;
  if (!file || !values.email || !password) throw new Error(usage);
  return { ...values, email: values.email, password, file };
};

type Options = ReturnType<typeof readOptions>;

/** Resolves when a store's value fits. */
const until = <T>(store: Store<T>, fits: (value: T) => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = () => {
      if (!fits(store.get())) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = store.subscribe(look);
    look();
  });

/** A client on native WebRTC: what a browser has globally, mediasoup-client's handler looks for globally. */
const openClient = ({ url }: Options, player: Player): Client => {
  const { RTCPeerConnection, RTCSessionDescription, MediaStream } = wrtc;
  Object.assign(globalThis, { RTCPeerConnection, RTCSessionDescription, MediaStream });
  return createClient({
    baseUrl: url,
    voice: {
      handlerFactory: Chrome111.createFactory({}),
      getMicrophone: async () => player.track,
      createMediaStream: () => new wrtc.MediaStream(),
      // The track of a connection that is never made does not play here.
      createSilentTrack: () => null,
    },
  });
};

const signIn = async ({ auth, connection }: Client, { email, password, name }: Options): Promise<void> => {
  if (name === undefined) await auth.login({ email, password });
  else await auth.register({ email, password, name });
  await until(connection.state, ({ status }) => status === 'online');
};

/** Tells each change, so that whoever runs a bot sees why it is silent. */
const report = ({ voice }: Client): void => {
  let told = '';
  voice.state.subscribe(() => {
    const { status, error } = voice.state.get();
    const line = error ? `${status}: ${error.message}` : status;
    if (line !== told) console.log(line);
    told = line;
  });
};

const join = async ({ voice }: Client, room: string): Promise<void> => {
  await voice.join(room);
  await until(voice.state, ({ status }) => status === 'connected' || status === 'idle');
  const { error } = voice.state.get();
  if (error) throw new Error(error.message);
};

/** Plays to the end, or for as long as the call lasts: the person may take the seat elsewhere. */
const perform = async (client: Client, player: Player, options: Options): Promise<void> => {
  await signIn(client, options);
  report(client);
  await join(client, options.room);
  const { state } = client.voice;
  await Promise.race([player.play(), until(state, ({ status }) => status === 'idle')]);
  const { error, endedBecause } = state.get();
  if (error) throw new Error(error.message);
  if (endedBecause === 'moved')
    throw new Error('The call goes on elsewhere: somebody joined it as the same person.');
  if (endedBecause === 'removed') throw new Error('The bot was taken out of the call.');
};

const run = async (): Promise<void> => {
  const options = readOptions();
  const player = createPlayer(readWav(readFileSync(options.file)));
  const client = openClient(options, player);
  const told = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => told.resolve());
  try {
    await Promise.race([told.promise, perform(client, player, options)]);
    await client.voice.leave();
  } finally {
    player.close();
    client.close();
  }
};

run().then(
  // The native stack keeps threads of its own that nobody ends.
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
