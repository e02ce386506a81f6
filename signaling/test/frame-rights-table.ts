import { randomUUID } from 'node:crypto';
import type { RequestType } from '@boltorezka/protocol';
import { roles } from './room-rights-table.ts';

export interface FrameScene {
  roomSlug: string;
  /** A message of somebody else's, and one of the asker's own where they may write. */
  messageId: string;
  ownMessageId: string;
}

export interface FrameRow {
  type: RequestType;
  as?: string;
  payload: (scene: FrameScene) => object;
  /** `ack`, or the code of the nack, for each in each of `sceneKinds`, between bars; once where no room is asked about. */
  answers: string;
}

const rtpCapabilities = { codecs: [], headerExtensions: [] };
// biome-ignore-start format: each stands below the other.
//              private, public, archived, muted, direct, blocked
const readers =
  'Forbidden RoomNotFound ack ack ack ack | ack RoomNotFound ack ack ack ack | Forbidden RoomNotFound ack ack ack ack | Forbidden RoomNotFound ack ack ack ack | RoomNotFound ack RoomNotFound | RoomNotFound ack RoomNotFound';
const speakers =
  'Forbidden RoomNotFound ack ack ack ack | ack RoomNotFound ack ack ack ack | Forbidden RoomNotFound Forbidden Forbidden Forbidden Forbidden | Forbidden RoomNotFound ack ack ack ack | RoomNotFound ack RoomNotFound | RoomNotFound Forbidden RoomNotFound';
/** Who has not joined the room writes nowhere. */
const present =
  'NoActiveRoom NoActiveRoom ack ack ack ack | ack NoActiveRoom ack ack ack ack | NoActiveRoom NoActiveRoom Forbidden Forbidden Forbidden Forbidden | NoActiveRoom NoActiveRoom Forbidden Forbidden Forbidden Forbidden | NoActiveRoom ack NoActiveRoom | NoActiveRoom Forbidden NoActiveRoom';
// biome-ignore-end format: as above.
const notInVoice = Array.from(roles, () => 'NotInVoice').join(' ');
const link = 'https://a.example';
const transportId = randomUUID();
const dtlsParameters = {
  role: 'client',
  fingerprints: [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') }],
};

// biome-ignore format: a table is read by its columns.
export const frameTable: FrameRow[] = [
  { type: 'ping', payload: () => ({}), answers: 'ack ack ack ack ack ack' },
  { type: 'lobby.watch', payload: () => ({}), answers: 'ack ack ack ack ack ack' },
  { type: 'room.join', payload: ({ roomSlug }) => ({ roomSlug, keepOthers: true }), answers: readers },
  { type: 'room.leave', payload: ({ roomSlug }) => ({ roomSlug }), answers: 'NotFound NotFound ack ack ack ack | ack NotFound ack ack ack ack | NotFound NotFound ack ack ack ack | NotFound NotFound ack ack ack ack | NotFound ack NotFound | NotFound ack NotFound' },
  { type: 'chat.send', payload: ({ roomSlug }) => ({ roomSlug, text: 'x' }), answers: present },
  { type: 'chat.send', as: 'to everybody', payload: ({ roomSlug }) => ({ roomSlug, text: '@all', mentionsEveryone: true }), answers: 'NoActiveRoom NoActiveRoom Forbidden Forbidden ack ack | Forbidden NoActiveRoom Forbidden Forbidden ack ack | NoActiveRoom NoActiveRoom Forbidden Forbidden Forbidden Forbidden | NoActiveRoom NoActiveRoom Forbidden Forbidden Forbidden Forbidden | NoActiveRoom Forbidden NoActiveRoom | NoActiveRoom Forbidden NoActiveRoom' },
  { type: 'chat.send', as: 'a thread', payload: ({ roomSlug, messageId }) => ({ roomSlug, text: 'x', threadRootId: messageId }), answers: 'NoActiveRoom NoActiveRoom Forbidden ack ack ack | ack NoActiveRoom Forbidden ack ack ack | NoActiveRoom NoActiveRoom Forbidden Forbidden Forbidden Forbidden | NoActiveRoom NoActiveRoom Forbidden Forbidden Forbidden Forbidden | NoActiveRoom ack NoActiveRoom | NoActiveRoom Forbidden NoActiveRoom' },
  { type: 'chat.send', as: 'an answer', payload: ({ roomSlug, messageId }) => ({ roomSlug, text: 'x', replyTo: messageId }), answers: present },
  { type: 'chat.edit', as: "another's", payload: ({ messageId }) => ({ messageId, text: 'y' }), answers: 'NotFound NotFound Forbidden Forbidden Forbidden Forbidden | Forbidden NotFound Forbidden Forbidden Forbidden Forbidden | NotFound NotFound Forbidden Forbidden Forbidden Forbidden | NotFound NotFound Forbidden Forbidden Forbidden Forbidden | NotFound Forbidden NotFound | NotFound Forbidden NotFound' },
  { type: 'chat.edit', as: 'own', payload: ({ ownMessageId }) => ({ messageId: ownMessageId, text: 'y' }), answers: 'NotFound NotFound ack ack ack ack | ack NotFound ack ack ack ack | NotFound NotFound Forbidden Forbidden Forbidden Forbidden | NotFound NotFound Forbidden Forbidden Forbidden Forbidden | NotFound ack NotFound | NotFound Forbidden NotFound' },
  { type: 'chat.delete', as: "another's", payload: ({ messageId }) => ({ messageId }), answers: 'NotFound NotFound Forbidden Forbidden ack ack | Forbidden NotFound Forbidden Forbidden ack ack | NotFound NotFound Forbidden Forbidden ack ack | NotFound NotFound Forbidden Forbidden ack ack | NotFound Forbidden NotFound | NotFound Forbidden NotFound' },
  { type: 'chat.delete', as: 'own', payload: ({ ownMessageId }) => ({ messageId: ownMessageId }), answers: 'NotFound NotFound ack ack ack ack | ack NotFound ack ack ack ack | NotFound NotFound ack ack ack ack | NotFound NotFound ack ack ack ack | NotFound ack NotFound | NotFound ack NotFound' },
  { type: 'chat.dismissPreview', as: "another's", payload: ({ messageId }) => ({ messageId, url: link }), answers: 'NotFound NotFound Forbidden Forbidden ack ack | Forbidden NotFound Forbidden Forbidden ack ack | NotFound NotFound Forbidden Forbidden ack ack | NotFound NotFound Forbidden Forbidden ack ack | NotFound Forbidden NotFound | NotFound Forbidden NotFound' },
  { type: 'chat.dismissPreview', as: 'own', payload: ({ ownMessageId }) => ({ messageId: ownMessageId, url: link }), answers: 'NotFound NotFound ack ack ack ack | ack NotFound ack ack ack ack | NotFound NotFound ack ack ack ack | NotFound NotFound ack ack ack ack | NotFound ack NotFound | NotFound ack NotFound' },
  { type: 'chat.react', payload: ({ messageId }) => ({ messageId, emoji: '👍', isSet: true }), answers: 'NotFound NotFound ack ack ack ack | ack NotFound ack ack ack ack | NotFound NotFound Forbidden Forbidden Forbidden Forbidden | NotFound NotFound Forbidden Forbidden Forbidden Forbidden | NotFound ack NotFound | NotFound Forbidden NotFound' },
  { type: 'chat.pin', payload: ({ messageId }) => ({ messageId, isPinned: true }), answers: 'NotFound NotFound Forbidden Forbidden ack ack | Forbidden NotFound Forbidden Forbidden ack ack | NotFound NotFound Forbidden Forbidden Forbidden Forbidden | NotFound NotFound Forbidden Forbidden ack ack | NotFound ack NotFound | NotFound Forbidden NotFound' },
  { type: 'chat.notifyTyping', payload: ({ roomSlug }) => ({ roomSlug }), answers: present },
  { type: 'chat.markRead', payload: ({ roomSlug }) => ({ roomSlug, seq: 1 }), answers: readers },
  { type: 'chat.markThreadRead', payload: ({ roomSlug, messageId }) => ({ roomSlug, threadRootId: messageId, seq: 1 }), answers: readers },
  { type: 'voice.prepare', payload: ({ roomSlug }) => ({ roomSlug, dtlsParameters }), answers: speakers },
  { type: 'voice.join', payload: ({ roomSlug }) => ({ roomSlug, rtpCapabilities }), answers: speakers },
  { type: 'voice.leave', as: 'not there', payload: () => ({}), answers: notInVoice },
  { type: 'voice.resume', as: 'not there', payload: () => ({ seatId: randomUUID(), muted: false, deafened: false }), answers: notInVoice },
  { type: 'voice.setMuted', as: 'not there', payload: () => ({ muted: true }), answers: notInVoice },
  { type: 'voice.setDeafened', as: 'not there', payload: () => ({ deafened: true }), answers: notInVoice },
  { type: 'voice.connectTransport', as: 'not there', payload: () => ({ transportId, dtlsParameters }), answers: notInVoice },
  { type: 'voice.restartIce', as: 'not there', payload: () => ({ transportId }), answers: notInVoice },
  { type: 'voice.getIceServers', as: 'not there', payload: () => ({}), answers: notInVoice },
  { type: 'voice.produce', as: 'not there', payload: () => ({ transportId, kind: 'audio', rtpParameters: { codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, parameters: {}, rtcpFeedback: [] }], headerExtensions: [], encodings: [{ ssrc: 1 }], rtcp: { cname: 'x' }, mid: '0' } }), answers: notInVoice },
];
