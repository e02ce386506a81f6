import { type Attachments, createAttachments } from './attachments.ts';
import { type AuthService, createAuth } from './auth.ts';
import { type ConnectionService, createConnection } from './connection.ts';
import { createHttp } from './http.ts';
import { listenToPage } from './page-events.ts';
import { createRooms, type RoomsService } from './rooms.ts';
import { createLine } from './simulate/line.ts';
import { createSimulate } from './simulate/simulate.ts';
import type { Auth, Client, ClientOptions, Connection, Rooms, TokenStorage, Voice } from './types.ts';
import type { VoiceService } from './voice/service.ts';
import { createVoice } from './voice/voice.ts';

const createMemoryStorage = (): TokenStorage => {
  let kept: string | null = null;
  return {
    load: () => kept,
    save: (token) => {
      kept = token;
    },
  };
};

/** Only what the interface names: callers may take the functions apart, and see nothing behind them. */
const toPublic = (parts: {
  attachments: Attachments;
  auth: Auth;
  connection: Connection;
  rooms: RoomsService;
  voice: Voice;
}) => {
  const { attachments, auth, connection, rooms, voice } = parts;
  return {
    attachments,
    auth: {
      state: auth.state,
      register: (input) => auth.register(input),
      login: (input) => auth.login(input),
      logout: () => auth.logout(),
      restoreNow: () => auth.restoreNow(),
    },
    connection: {
      state: connection.state,
      reconnectNow: () => connection.reconnectNow(),
      request: (type, payload) => connection.request(type, payload),
      onEvent: (listener) => connection.onEvent(listener),
    },
    rooms: {
      state: rooms.state,
      inVoice: rooms.inVoice,
      refresh: () => rooms.refresh(),
      create: (input) => rooms.create(input),
      open: (slug) => rooms.open(slug),
      ...({} as Pick<Rooms, 'waiting' | 'openDirect' | 'setNotify' | 'openMembers'>),
    },
    ...({} as Pick<Client, 'inbox' | 'people' | 'drafts' | 'search' | 'call'>),
    voice: {
      state: voice.state,
      prepare: (roomSlug) => voice.prepare(roomSlug),
      join: (roomSlug) => voice.join(roomSlug),
      leave: () => voice.leave(),
      setMuted: (muted) => voice.setMuted(muted),
      setDeafened: (deafened) => voice.setDeafened(deafened),
      setMicrophone: (settings) => voice.setMicrophone(settings),
      setIceTransportPolicy: (policy) => voice.setIceTransportPolicy(policy),
    },
  } satisfies Omit<Client, 'simulate' | 'close'>;
};

const withDefaults = (options: ClientOptions) => ({
  baseUrl: options.baseUrl.replace(/\/+$/, ''),
  storage: options.storage ?? createMemoryStorage(),
  webSocket: options.webSocket ?? ((url: string) => new WebSocket(url)),
  // A browser's fetch must be called on the window it came from.
  fetch: options.fetch ?? globalThis.fetch.bind(globalThis),
  random: options.random ?? Math.random,
  log: options.onLog ?? (() => undefined),
  voice: options.voice ?? {},
});

interface Services {
  auth: AuthService;
  connection: ConnectionService;
  rooms: RoomsService;
  voice: VoiceService;
}

/**
 * Signing in opens the socket and fills the lists; signing out ends both. For a session that is being restored the
 * socket does not wait: it proves the token by itself.
 */
const followSession = ({ auth, connection, rooms, voice }: Services): (() => void) => {
  const follow = () => {
    const { user } = auth.state.get();
    const token = auth.getToken();
    if (token === null) {
      voice.leaveNow();
      connection.stop();
      rooms.handleSignedOut();
      return;
    }
    if (user) rooms.handleSignedIn(user.id);
    connection.start(token);
  };
  follow();
  return auth.state.subscribe(follow);
};

/** A client of one server. Nothing is global: two clients in one page do not know of each other. */
export const createClient = (options: ClientOptions): Client => {
  const { voice: voiceOptions, ...given } = withDefaults(options);
  const line = createLine(given);
  const deps = { ...given, webSocket: line.webSocket, fetch: line.fetch };
  const closing = new AbortController();
  const http = createHttp({
    ...deps,
    getToken: () => auth.getToken(),
    onUnauthorized: (token) => auth.handleSessionEnded(token),
  });
  const attachments = createAttachments({
    ...deps,
    getToken: () => auth.getToken(),
    onUnauthorized: (token) => auth.handleSessionEnded(token),
  });
  const connection = createConnection({ ...deps, onSessionEnded: (token) => auth.handleSessionEnded(token) });
  const rooms = createRooms({ ...deps, connection, http, getSelf: () => auth.state.get().user });
  const voice: VoiceService = createVoice({
    ...deps,
    connection,
    capabilities: connection.capabilities,
    openRoom: (slug) => rooms.open(slug),
    setUrgent: (isUrgent) => connection.setUrgent(isUrgent),
    options: voiceOptions,
  });
  const auth = createAuth({ ...deps, http, onBeforeSignOut: () => voice.leaveNow() });
  const stopFollowing = followSession({ auth, connection, rooms, voice });
  const stopListening = listenToPage({
    onWake: () => connection.wake(),
    onNetworkChange: () => voice.handleNetworkChange(),
    onHidden: () => voice.dropPrepared(),
    onLeave: () => voice.leaveNow(),
  });
  return {
    ...toPublic({ attachments, auth, connection, rooms, voice }),
    simulate: createSimulate({ line, voice, wake: () => connection.wake(), signal: closing.signal }),
    close: () => {
      closing.abort();
      stopListening();
      stopFollowing();
      auth.close();
      voice.close();
      rooms.close();
      connection.stop();
      line.close();
    },
  };
};
