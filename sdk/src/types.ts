import type {
  AppError,
  RegistrationMode,
  RequestInput,
  RequestResult,
  RequestType,
  ServerEvent,
  User,
} from '@boltorezka/protocol';
import type { HandlerFactory } from 'mediasoup-client/types';
import type { Account } from './account.ts';
import type { Admin } from './admin.ts';
import type { Attachments } from './attachments.ts';
import type { CallInput, CallResult, RouteName } from './http.ts';
import type { Inbox, SearchInput, SearchPage } from './types/inbox.ts';
import type { DraftStorage, Drafts, OutboxStorage, Unsent } from './types/outbox.ts';
import type { People } from './types/people.ts';
import type { Pictures } from './types/pictures.ts';
import type { Rooms } from './types/rooms.ts';
import type { Store } from './types/store.ts';
import type { CertificateSource } from './voice/certificate.ts';
import type { SilentTrack } from './voice/silent-track.ts';

export type { CallInput, CallResult, RouteName } from './http.ts';
export type * from './types/inbox.ts';
export type * from './types/message.ts';
export type * from './types/outbox.ts';
export type * from './types/people.ts';
export type * from './types/pictures.ts';
export type * from './types/room.ts';
export type * from './types/rooms.ts';
export type * from './types/store.ts';

/** Where the session's token is kept between visits. */
export interface TokenStorage {
  load(): string | null;
  save(token: string | null): void;
}

/** What the client needs of a WebSocket; the browser's, Node's and that of `ws` all fit. */
export interface WebSocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void;
}

/** One line of the client's log. It never holds tokens, SDP or chat text. */
export interface LogEntry {
  level: 'debug' | 'info' | 'warn';
  message: string;
  fields?: object;
}

export type Log = (entry: LogEntry) => void;

export interface MicrophoneSettings {
  echoCancellation: boolean;
  noiseSuppression: boolean;
  autoGainControl: boolean;
  deviceId?: string;
}

export interface VoiceOptions {
  /** How to speak WebRTC where there is no browser to detect. */
  handlerFactory?: HandlerFactory;
  /** Where the microphone comes from; the browser's `getUserMedia` if left out. */
  getMicrophone?: (settings: MicrophoneSettings) => Promise<MediaStreamTrack>;
  iceTransportPolicy?: RTCIceTransportPolicy;
  /** The DTLS certificate of the calls; one made by the browser if left out, where it says its fingerprint. */
  getCertificate?: CertificateSource;
  /** A track without sound, for transports that are prepared before there is a microphone; the browser's if left out. */
  createSilentTrack?: () => SilentTrack | null;
  /** Makes the empty stream of a person who is heard; `new MediaStream()` if left out. */
  createMediaStream?: () => MediaStream;
  /** How long a transport may take to connect before it is built anew; 15 s if left out. */
  connectTimeoutMs?: number;
}

export interface ClientOptions {
  /** http(s) origin of the server. */
  baseUrl: string;
  /** Memory if left out: the session then ends with the page. */
  storage?: TokenStorage;
  /** Where messages wait to be sent; memory if left out: then they end with the page. See `createBrowserOutbox`. */
  outbox?: OutboxStorage;
  /** Where unfinished texts are kept; memory if left out. */
  draftStorage?: DraftStorage;
  /** `bearer` if left out. */
  session?: SessionForm;
  /** The global WebSocket if left out. */
  webSocket?: (url: string) => WebSocketLike;
  fetch?: typeof fetch;
  /** From 0 up to 1, for the jitter of retries. */
  random?: () => number;
  voice?: VoiceOptions;
  /**
   * So many messages of a room are held, 600 if left out and 200 at least; of more, those far from what is looked at are let go of
   * (see `OpenRoom.lookAt`), and `loadOlder()` and `loadNewer()` read them again. `Infinity` keeps all that was loaded.
   */
  maxLoadedMessages?: number;
  /**
   * Whether this client says what somebody has seen, by `markRead` of rooms and threads: then what they write reads nothing that
   * others wrote meanwhile and they have not seen. Left out, as for a bot, all that stands before a message is read with it.
   */
  marksRead?: boolean;
  onLog?: Log;
}

/**
 * `bearer`: one token that lasts as long as the session, kept in the storage. `cookie`, for pages: short tokens in memory
 * alone, renewed by a cookie that no script can read; the storage keeps only that there is one.
 */
export type SessionForm = 'bearer' | 'cookie';

export interface AuthState {
  status: 'restoring' | 'signed-out' | 'signed-in';
  user: User | null;
  /** True where the session ended without the user asking for it. */
  endedByServer: boolean;
  /** Why the session could not be restored yet; null where nothing is wrong. */
  error: AppError | null;
}

export interface RegisterInput {
  email: string;
  password: string;
  name: string;
  /** The code of an invitation; needed where registration is by invitation. */
  invitation?: string;
}

/** What whoever has an invitation's code may know of it. */
export interface InvitationFace {
  /** Null: to the server. */
  room_title: string | null;
  invited_by: string | null;
  expires_at: string | null;
}

export interface Registration {
  user: User;
  /** The address of the room that the invitation led into. */
  roomSlug: string | undefined;
  /** False where the account was there already: its invitation, if there is one, may not have been taken. */
  isNew: boolean;
}

export interface LoginInput {
  email: string;
  password: string;
}

export interface Auth {
  state: Store<AuthState>;
  /** After an attempt without an answer, whoever has got their account by that is signed in. */
  register(input: RegisterInput): Promise<Registration>;
  login(input: LoginInput): Promise<User>;
  /**
   * Signs out here at once; that the server could not be told is no error, and it is told at the next start. On every
   * device: rejects where the server could not be told, and nothing has ended then.
   */
  logout(options?: { everywhere?: boolean }): Promise<void>;
  /** Who may sign up. */
  registrationMode(): Promise<RegistrationMode>;
  /** What a code invites to; rejects with `NotFound` where it works no more. */
  lookAtInvitation(code: string): Promise<InvitationFace>;
  /** By the code of an administrator's link; rejects with `NotFound` where that works no more. */
  resetPassword(code: string, newPassword: string): Promise<void>;
  /** Does not wait for the next attempt to restore the session. */
  restoreNow(): void;
}

export interface ConnectionState {
  status: 'offline' | 'connecting' | 'online' | 'reconnecting';
  /** How many attempts have failed in a row. */
  attempt: number;
  /** When the next attempt starts, in milliseconds since the epoch; null where none is waiting. */
  nextAttemptAt: number | null;
  roundTripMs: number | null;
}

export interface Connection {
  state: Store<ConnectionState>;
  /** Does not wait for the next attempt. */
  reconnectNow(): void;
  /** Rejects with an `AppError`: what the server said, or `Unavailable` where it could not be asked. */
  request<T extends RequestType>(type: T, payload: RequestInput<T>): Promise<RequestResult<T>>;
  onEvent(listener: (event: ServerEvent) => void): () => void;
}

export type VoiceErrorCode =
  | 'MicrophoneRefused'
  | 'MicrophoneMissing'
  | 'MicrophoneBusy'
  | 'InsecurePage'
  | 'NoVoiceServer'
  | 'ConnectionFailed'
  | 'RateLimited'
  | 'ServerRefused';

/** What a person's speaker output is; the page plays it. */
export interface RemoteOutput {
  userId: string;
  userName: string;
  /** The same object for as long as that person sends. */
  stream: MediaStream;
}

/**
 * `noRelay`: only a relay may be used, and this server has none. `otherMicrophone`: the one that was chosen cannot be
 * had, and another is heard.
 */
export type VoiceErrorDetail = 'noRelay' | 'otherMicrophone';

export interface VoiceState {
  /** Connected means that media flows, or that there is nothing yet that could. */
  status: 'idle' | 'joining' | 'connected' | 'reconnecting';
  roomSlug: string | null;
  /** The microphone was asked for and has not come: the browser may be asking the person. */
  waitingForMicrophone: boolean;
  /** True while deafened as well: who hears nobody is not heard either. */
  muted: boolean;
  deafened: boolean;
  error: { code: VoiceErrorCode; message: string; detail?: VoiceErrorDetail } | null;
  outputs: RemoteOutput[];
  endedBecause: 'moved' | 'removed' | null;
  /**
   * What is being come back from, while reconnecting: `network` nothing gets through to the media server, `media` what was
   * there of the call is being built anew; null where only the seat is asked for again, or nothing is wrong.
   */
  interruptedBy: 'network' | 'media' | null;
}

/** Its promises never reject: what went wrong is in `state.error`. */
export interface Voice {
  state: Store<VoiceState>;
  /**
   * Fetches what a call needs before somebody clicks: its code and its certificate; with a room, also transports that are
   * connected by the time of the click. They are kept for a minute, and given up with the socket or when the page is hidden.
   * Rejects with a VoiceError where this client can take part in no call.
   */
  prepare(roomSlug?: string): Promise<void>;
  /** Takes a seat; from another room, the seat moves. */
  join(roomSlug: string): Promise<void>;
  leave(): Promise<void>;
  setMuted(muted: boolean): Promise<void>;
  setDeafened(deafened: boolean): Promise<void>;
  /** In a call it is applied at once. */
  setMicrophone(settings: Partial<MicrophoneSettings>): Promise<void>;
  /** For the transports that are made from now on. */
  setIceTransportPolicy(policy: RTCIceTransportPolicy): void;
}

/**
 * What may be done to a client on purpose.
 *
 * - `socketLost`: the socket ends without a word.
 * - `serverGone`: the signaling process was killed, is being restarted, or replaced by another: nobody listens for so long.
 * - `networkChange`: the device is at another network.
 * - `blackHole`: every packet is lost for so long, and nobody is told.
 * - `sleep`: the device was asleep for so long.
 * - `mediaLost`: the media worker, or its node, died, or the room was moved to another node.
 * - `unavailable`: the server is there, and its database or Redis is not: it refuses whatever is asked for so long.
 */
export type Failure =
  | { kind: 'socketLost' | 'networkChange' | 'mediaLost' }
  | { kind: 'serverGone' | 'blackHole' | 'sleep' | 'unavailable'; durationMs: number };

export interface Client {
  attachments: Attachments;
  auth: Auth;
  account: Account;
  admin: Admin;
  connection: Connection;
  rooms: Rooms;
  inbox: Inbox;
  people: People;
  pictures: Pictures;
  drafts: Drafts;
  unsent: Unsent;
  voice: Voice;
  /** Messages that hold all these words, newest first. Rejects with an `AppError`. */
  search(input: SearchInput): Promise<SearchPage>;
  /** Any REST call of the contract, by its name. Rejects with an `AppError`. */
  call<N extends RouteName>(name: N, input: CallInput<N>): Promise<CallResult<N>>;
  /**
   * Has this client fail in a way that networks and servers fail in, to see what its people would. Nobody else is hurt.
   * Resolves when that is over; coming back may take longer.
   */
  simulate(failure: Failure): Promise<void>;
  /** Ends everything that the client has opened. The session of the user stays. */
  close(): void;
}
