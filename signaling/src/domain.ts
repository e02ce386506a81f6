import type { EventPayload, MediaPort, Member, RegistrationMode } from '@boltorezka/protocol';
import { AccessEnforcer, createAccessRepository, type Place, type RoomBans } from './access/index.ts';
import { createTokens, type PasswordCost } from './auth/index.ts';
import {
  Calls,
  createCallHandlers,
  createIceServersFor,
  createMediaEventListener,
  createSeatControl,
  createSeatedAuth,
  type SeatControl,
  type TurnConfig,
  toParticipant,
} from './calls/index.ts';
import { createChatHandlers } from './chat/index.ts';
import { createAccounts } from './domain-accounts.ts';
import { createRoomBans } from './domain-bans.ts';
import { type ContentsDeps, createChat, createContents } from './domain-contents.ts';
import { createDelivery } from './domain-delivery.ts';
import { createLobbyHandlers, Lobby } from './lobby/index.ts';
import { createWaiting } from './moderation/index.ts';
import type { Bus } from './platform/bus.ts';
import type { SharedCounter } from './platform/redis-counter.ts';
import type { Presence } from './presence/index.ts';
import { createReadHandlers } from './reads/index.ts';
import {
  type Attendance,
  createAttendance,
  createRoomGuard,
  createRoomHandlers,
  createRoomNews,
  createRoomRepository,
  type RoomRepository,
} from './rooms/index.ts';
import type { Connection } from './ws/connection.ts';
import { type Handlers, topics } from './ws/context.ts';
import { Hub } from './ws/hub.ts';
import { createPublish, createTell, type Tell } from './ws/publisher.ts';

export interface DomainDeps extends ContentsDeps {
  /** Names this process among those that speak for seats. */
  processId: string;
  bus: Bus;
  media: MediaPort;
  jwtSecret: string;
  jwtExpiresIn: string;
  accessTokenTtlS: number;
  initialRegistration: RegistrationMode;
  /** Wrong passwords for one account, from strangers. */
  guessesPerHour: number;
  /** What hashing a password takes; left out, what OWASP asks for. */
  passwordCost?: PasswordCost | undefined;
  /** Counts with the other processes; left out where there are none. */
  counter?: SharedCounter | undefined;
  turn: TurnConfig | undefined;
  /** How long a voice seat waits for a person whose socket is lost. */
  seatGraceMs: number;
}

interface VoiceDeps {
  rooms: RoomRepository;
  bans: RoomBans;
}

/** Who talks where, and who may watch it. */
const createVoice = (deps: DomainDeps, hub: Hub, { rooms, bans }: VoiceDeps) => {
  const { media, log, metrics } = deps;
  const iceServersFor = createIceServersFor(deps.turn);
  const tell = createTell(hub);
  const lobby: Lobby = new Lobby({
    ...{ hub, tell, log, bans },
    privateRoomIdsOf: (userId) => rooms.privateIdsFor(userId),
    occupants: () => calls.seats.all(),
  });
  const calls = new Calls({
    ...{ processId: deps.processId, media, hub, tell, log, iceServersFor },
    seatGraceMs: deps.seatGraceMs,
    onSeats: (count) => metrics.voiceSeats.set(count),
    onSatDown: (seat) => lobby.tellJoined(seat),
    onStoodUp: (seat) => lobby.tellLeft(seat),
  });
  return { tell, lobby, calls, iceServersFor };
};

interface Named {
  presence: Presence;
  calls: Calls;
  control: SeatControl;
  tell: Tell;
}

/** Each process hears of it by itself, and tells its own sockets. */
const createPeopleNews = ({ presence, calls, control, tell }: Named) => ({
  onRenamed: (person: Member): void => {
    presence.rename(person);
    const seat = calls.seats.byUser(person.userId);
    if (seat) control.rename(seat, person.userName);
    tell(topics.everyone, { type: 'user.renamed', payload: person });
  },
  onPictured: (payload: EventPayload<'user.pictureChanged'>): void =>
    tell(topics.everyone, { type: 'user.pictureChanged', payload }),
});

/** What somebody is told of rooms that they may enter, or may not any more. */
const createLobbyControl = (lobby: Lobby, attendance: Attendance) => ({
  leaveRoom: (connection: Connection, roomId: string): void => {
    attendance.leave(connection, roomId);
    lobby.dismiss(connection, roomId);
  },
  watchedRooms: (connection: Connection) => lobby.watchedRooms(connection),
  onRoomGained: (gain: Place) => lobby.admit(gain),
  onRoomOpened: ({ roomId }: { roomId: string }) => lobby.open(roomId),
});

const createTokensFor = ({ jwtSecret, jwtExpiresIn: expiresIn, accessTokenTtlS: shortTtlS }: DomainDeps) =>
  createTokens(jwtSecret, { expiresIn, shortTtlS });

/** The features, wired to each other and to the ports; no wire of clients is touched here. */
export const createDomain = (deps: DomainDeps) => {
  const { db, bus, media, log } = deps;
  const tokens = createTokensFor(deps);
  const guard = createRoomGuard(db);
  const { findReadable } = guard;
  const bans = createRoomBans({ db, log, around: () => ({ hub, ...voice }) });
  const hub = new Hub(bus, log, bans);
  const publish = createPublish(bus);
  const waiting = createWaiting({ db, publish, log, isAlone: !bus.isShared });
  const news = createRoomNews(publish, (change) => waiting.handleMember(change));
  const chat = createChat(deps, { publish, news, waiting });
  const contents = createContents(deps, publish);
  const accounts = createAccounts({ ...deps, ...contents, tokens, erasing: chat.erasing, news, waiting });
  const { auth } = accounts;
  const rooms = createRoomRepository(db);
  const voice = createVoice(deps, hub, { rooms, bans });
  const delivery = createDelivery(deps, hub, publish);
  const socketAuth = createSeatedAuth({
    ...{ tokens, seats: voice.calls.seats, log },
    checkSession: (claims) => auth.checkSession(claims),
    redeemTicket: (claims) => auth.redeemTicket(claims),
    onSessionEnded: (sessionId) => access.endSession(sessionId),
  });
  const attendance = createAttendance({ hub, presence: delivery.presence });
  const control = createSeatControl({ calls: voice.calls, media, log });
  const access = new AccessEnforcer({
    ...{ db, bus, hub, bans, log },
    repository: createAccessRepository(db),
    seats: () => voice.calls.seats.all(),
    removeSeat: (seat) => control.remove(seat),
    muteSeat: (seat, isMuted) => control.mute(seat, isMuted),
    setSeatPublic: (seat, isPublic) => control.setPublic(seat, isPublic),
    ...createLobbyControl(voice.lobby, attendance),
    ...createPeopleNews({ ...voice, presence: delivery.presence, control }),
    onMissed: () => delivery.resync.ask(),
  });
  return {
    ...{ ...contents, ...accounts, ...voice, ...delivery, ...chat },
    ...{ db, media, hub, publish, rooms, tokens, socketAuth, attendance, access, bans, control, guard },
    ...{ requireInRoom: guard.require, findReadable },
    ...{ news, waiting },
  };
};

export type Domain = ReturnType<typeof createDomain>;

/** A handler for every request of the contract; one that is missing does not compile. */
export const createHandlers = (domain: Domain, { metrics }: DomainDeps): Handlers => {
  const { calls, messages } = domain;
  const seatOf = (connection: Connection) =>
    calls.seats.byConnection(connection.id, connection.identity.userId);
  return {
    ping: async () => ({ ts: Date.now() }),
    ...createRoomHandlers({
      ...domain,
      changedAfter: (roomId, asked) => messages.changedAfter(roomId, asked),
      onSnapshot: (roomId, position) => domain.logWatch.handleSnapshot(roomId, position),
      voiceParticipants: (roomId) => calls.seats.inRoom(roomId).map(toParticipant),
      speakingUserIds: (roomId) =>
        calls.seats
          .inRoom(roomId)
          .filter(({ isSpeaking }) => isSpeaking)
          .map(({ userId }) => userId),
      voiceRoomOf: (connection) => seatOf(connection)?.roomId,
      leaveVoice: (connection) => {
        const seat = seatOf(connection);
        if (seat) calls.leave(seat);
      },
    }),
    ...createChatHandlers({
      ...domain,
      onWritten: (message) => {
        metrics.messagesWritten.inc();
        domain.previews.onWritten(message);
      },
      onEdited: (message) => domain.previews.onWritten(message),
      onDirectBegun: (message) => domain.direct.announce(message),
      onActivity: (activity) => domain.activity.note(activity),
    }),
    ...createReadHandlers({ ...domain, readBuckets: domain.chatLimits.read }),
    ...createCallHandlers(domain),
    ...createLobbyHandlers({ ...domain, onWatched: domain.waiting.tellPerson }),
  };
};

/**
 * Hands the media node's events to the people they concern, after learning who sits there already: people who talked on
 * while their signaling process was replaced.
 * @returns the unsubscribe.
 */
export const followMedia = async (
  { calls, hub, media }: Domain,
  { metrics }: DomainDeps,
): Promise<() => void> => {
  const onWorkers = (running: number) => metrics.mediaWorkers.set(running);
  const handleEvent = createMediaEventListener({ calls, hub, onWorkers });
  const unsubscribe = media.subscribe(handleEvent);
  const { peers } = await media.request('media.getPeers', {});
  for (const payload of peers) handleEvent({ type: 'media.peerChanged', payload });
  return unsubscribe;
};
