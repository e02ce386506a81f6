import { createAccount } from './account.ts';
import { createAdmin } from './admin.ts';
import { createAdmit } from './admission.ts';
import { createAttachments } from './attachments.ts';
import { createAuth } from './auth.ts';
import type { AuthService } from './auth-service.ts';
import { type ConnectionService, createConnection } from './connection.ts';
import { createDrafts, createMemoryDrafts, type DraftsService } from './drafts.ts';
import { createHttp } from './http.ts';
import { createInbox, type InboxService } from './inbox.ts';
import { eraseUnsent } from './outbox/erase.ts';
import { createMemoryOutbox } from './outbox/memory-outbox.ts';
import { createOutbox, type Outbox } from './outbox/outbox.ts';
import { listenToPage } from './page-events.ts';
import { createPeople, type PeopleService } from './people.ts';
import { createPictures, type PicturesService } from './pictures.ts';
import { createRooms, type RoomsService } from './rooms/rooms.ts';
import { createSearch } from './search.ts';
import { createLine, type Line } from './simulate/line.ts';
import { createSimulate } from './simulate/simulate.ts';
import type { Client, ClientOptions, Connection, TokenStorage, Voice } from './types.ts';
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

type PublicAuth = Pick<Client, 'auth' | 'connection'>;

const toPublicAuth = ({ auth, connection }: PublicAuth): PublicAuth => ({
  auth: {
    state: auth.state,
    register: (input) => auth.register(input),
    login: (input) => auth.login(input),
    logout: (options) => auth.logout(options),
    lookAtInvitation: (code) => auth.lookAtInvitation(code),
    registrationMode: () => auth.registrationMode(),
    resetPassword: (code, newPassword) => auth.resetPassword(code, newPassword),
    restoreNow: () => auth.restoreNow(),
  },
  connection: {
    state: connection.state,
    reconnectNow: () => connection.reconnectNow(),
    request: (type, payload) => connection.request(type, payload),
    onEvent: (listener) => connection.onEvent(listener),
  },
});

type PublicChat = Pick<Client, 'rooms' | 'inbox' | 'people' | 'pictures'>;

const toPublicChat = ({ rooms, inbox, people, pictures }: PublicChat): PublicChat => ({
  rooms: {
    state: rooms.state,
    inVoice: rooms.inVoice,
    waiting: rooms.waiting,
    serverReportCount: rooms.serverReportCount,
    refresh: () => rooms.refresh(),
    create: (input) => rooms.create(input),
    openDirect: (userId) => rooms.openDirect(userId),
    setNotify: (slug, level) => rooms.setNotify(slug, level),
    setClosed: (slug, isClosed) => rooms.setClosed(slug, isClosed),
    open: (slug) => rooms.open(slug),
    openMembers: (slug) => rooms.openMembers(slug),
  },
  inbox: {
    state: inbox.state,
    refresh: () => inbox.refresh(),
    loadOlder: () => inbox.loadOlder(),
    markAllRead: () => inbox.markAllRead(),
    onAdded: (listener) => inbox.onAdded(listener),
  },
  people: {
    blocks: people.blocks,
    find: (input) => people.find(input),
    refreshBlocks: () => people.refreshBlocks(),
    block: (person) => people.block(person),
    unblock: (userId) => people.unblock(userId),
  },
  pictures: {
    of: (userId) => pictures.of(userId),
    load: (pictureId, signal) => pictures.load(pictureId, signal),
    set: (file) => pictures.set(file),
    remove: () => pictures.remove(),
  },
});

const toPublicVoice = (voice: Voice): Voice => ({
  state: voice.state,
  prepare: (roomSlug) => voice.prepare(roomSlug),
  join: (roomSlug) => voice.join(roomSlug),
  leave: () => voice.leave(),
  setMuted: (muted) => voice.setMuted(muted),
  setDeafened: (deafened) => voice.setDeafened(deafened),
  setMicrophone: (settings) => voice.setMicrophone(settings),
  setIceTransportPolicy: (policy) => voice.setIceTransportPolicy(policy),
});

/** Only what the interface names: callers may take the functions apart, and see nothing behind them. */
const toPublic = (parts: PublicAuth & PublicChat & { voice: Voice }) => ({
  ...toPublicAuth(parts),
  ...toPublicChat(parts),
  voice: toPublicVoice(parts.voice),
});

/** Some screens to either side of the reader, on the largest of screens; of less, a page that comes would drive out another. */
const [defaultMaxLoaded, leastMaxLoaded] = [600, 200];

const withDefaults = (options: ClientOptions) => ({
  baseUrl: options.baseUrl.replace(/\/+$/, ''),
  storage: options.storage ?? createMemoryStorage(),
  outbox: options.outbox ?? createMemoryOutbox(),
  draftStorage: options.draftStorage ?? createMemoryDrafts(),
  session: options.session ?? ('bearer' as const),
  webSocket: options.webSocket ?? ((url: string) => new WebSocket(url)),
  // A browser's fetch must be called on the window it came from.
  fetch: options.fetch ?? globalThis.fetch.bind(globalThis),
  random: options.random ?? Math.random,
  log: options.onLog ?? (() => undefined),
  voice: options.voice ?? {},
  marksRead: options.marksRead ?? false,
  maxLoadedMessages: Math.max(leastMaxLoaded, options.maxLoadedMessages ?? defaultMaxLoaded),
});

interface Services {
  auth: AuthService;
  connection: ConnectionService;
  rooms: RoomsService;
  inbox: InboxService;
  people: PeopleService;
  pictures: PicturesService;
  outbox: Outbox;
  drafts: DraftsService;
  voice: VoiceService;
}

/**
 * Signing in opens the socket and fills the lists; signing out ends both. For a session that is being restored the
 * socket does not wait: it proves the token by itself.
 */
const followSession = (services: Services): (() => void) => {
  const { auth, connection, rooms, inbox, people, pictures, outbox, drafts, voice } = services;
  const follow = () => {
    const { user } = auth.state.get();
    const session = auth.getSession();
    const userId = auth.getUserId();
    if (userId !== null) outbox.handleKnown(userId);
    else outbox.handleSignedOut();
    drafts.handleUser(userId);
    if (session === null) {
      voice.leaveNow();
      connection.stop();
      rooms.handleSignedOut();
      inbox.handleSignedOut();
      people.handleUser(null);
      pictures.handleUser(null);
      return;
    }
    if (user) {
      rooms.handleSignedIn(user.id);
      outbox.handleSignedIn(user.id);
      inbox.handleSignedIn(user.id);
      people.handleUser(user.id);
      pictures.handleUser(user.id);
    }
    connection.start(session);
  };
  follow();
  return auth.state.subscribe(follow);
};

/** Whoever is called otherwise is so everywhere, oneself at the other devices too. */
const followNames = ({ auth, connection }: Services): (() => void) =>
  connection.onEvent((event) => {
    if (event.type !== 'user.renamed') return;
    const { user } = auth.state.get();
    const { userId, userName } = event.payload;
    if (user?.id === userId && user.name !== userName) auth.handleUser({ ...user, name: userName });
  });

const followPage = ({ connection, voice }: Pick<Services, 'connection' | 'voice'>): (() => void) =>
  listenToPage({
    onWake: () => connection.wake(),
    onNetworkChange: () => voice.handleNetworkChange(),
    onHidden: () => voice.dropPrepared(),
    onLeave: () => voice.leaveNow(),
  });

/** All that a client is made of, tied together. */
const createServices = (options: ReturnType<typeof withDefaults>, line: Line) => {
  const { voice: voiceOptions, ...given } = options;
  const deps = { ...given, webSocket: line.webSocket, fetch: line.fetch };
  const getToken = () => auth.getToken();
  const files = { ...deps, getToken, onUnauthorized: (token: string) => auth.handleRefused(token) };
  const http = createHttp(files);
  const connection = createConnection({
    ...deps,
    admit: createAdmit({ http, getToken, renew: () => auth.renew() }),
    mayRenew: () => auth.mayRenew(),
    onSessionEnded: (session) => auth.handleSessionEnded(session),
  });
  const attachments = createAttachments(files);
  const pictures = createPictures({ ...files, http, connection });
  const getSelf = () => auth.state.get().user;
  const getSelfId = () => getSelf()?.id ?? null;
  const request: Connection['request'] = (type, payload) => connection.request(type, payload);
  const openRoom = (slug: string) => rooms.open(slug);
  const outbox = createOutbox({
    ...{ ...deps, request, getSelf, openRoom, storage: deps.outbox },
    discardFile: (id) => void attachments.discard(id).catch(() => undefined),
  });
  const people = createPeople({ connection, http, random: deps.random });
  const { blocked } = people;
  const rooms: RoomsService = createRooms({
    ...{ ...deps, connection, http, outbox, getSelf, blocked },
    onRead: (state) => inbox.handleRead(state),
  });
  const inbox: InboxService = createInbox({
    ...{ connection, http, getSelfId, random: deps.random, blocked },
    onAllRead: () => rooms.handleAllRead(),
    onCounted: (roomId, count) => rooms.handleCounted(roomId, count),
  });
  const voice: VoiceService = createVoice({
    ...deps,
    ...{ connection, blocked },
    capabilities: connection.capabilities,
    openRoom,
    setUrgent: (isUrgent) => connection.setUrgent(isUrgent),
    options: voiceOptions,
  });
  const auth: AuthService = createAuth({ ...deps, http, onBeforeSignOut: () => voice.leaveNow() });
  const drafts = createDrafts({ storage: deps.draftStorage, getSelfId: () => auth.getUserId() });
  return {
    ...{ attachments, auth, connection, rooms, inbox, people, pictures, outbox, voice, http, drafts },
    search: createSearch({ http, getSelfId }),
  };
};

/** Of an account that is gone, nothing stays in the browser. */
const eraseLocally = ({ outbox, drafts }: Pick<ReturnType<typeof createServices>, 'outbox' | 'drafts'>) => {
  void outbox.erase();
  drafts.erase();
};

/** A client of one server. Nothing is global: two clients in one page do not know of each other. */
export const createClient = (options: ClientOptions): Client => {
  const given = withDefaults(options);
  const line = createLine(given);
  const closing = new AbortController();
  const services = createServices(given, line);
  const { auth, connection, rooms, inbox, people, outbox, voice, http, search } = services;
  const { handleUser: _, ...drafts } = services.drafts;
  const stopFollowing = followSession(services);
  const stopNames = followNames(services);
  const stopListening = followPage(services);
  return {
    ...toPublic(services),
    account: createAccount({ http, auth, eraseUnsent: () => eraseLocally(services) }),
    unsent: {
      state: outbox.entries,
      erase: () => eraseUnsent({ outbox, discard: (id) => services.attachments.discard(id) }),
    },
    admin: createAdmin(http),
    attachments: services.attachments,
    drafts,
    search,
    call: (name, input) => http.call(name, input),
    simulate: createSimulate({ line, voice, wake: () => connection.wake(), signal: closing.signal }),
    close: () => {
      closing.abort();
      stopListening();
      stopNames();
      stopFollowing();
      auth.close();
      voice.close();
      outbox.handleSignedOut();
      rooms.close();
      inbox.close();
      people.close();
      services.pictures.close();
      connection.stop();
      line.close();
    },
  };
};
