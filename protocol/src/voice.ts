import { z } from 'zod';
import { defineEvents, defineRequests } from './frames.ts';
import { MediaId, RoomId, RoomSlug, SeatId, UserId } from './ids.ts';
import { MediaLossReason, SeatEndReason } from './media.ts';
import {
  DtlsParameters,
  IceParameters,
  MediaKind,
  RtpCapabilities,
  RtpParameters,
  WebRtcTransportOptions,
} from './webrtc.ts';

export const VoiceParticipant = z
  .object({
    userId: UserId,
    userName: z.string(),
    muted: z.boolean().describe('Sends no sound: by its own choice, or the server holds it silent.'),
    mutedByServer: z.boolean(),
    deafened: z.boolean().describe('Hears nobody.'),
    state: z.enum(['connected', 'reconnecting']),
  })
  .meta({ id: 'VoiceParticipant' });
export type VoiceParticipant = z.infer<typeof VoiceParticipant>;

/** RTCIceServer of the W3C, with credentials that live minutes. */
export const IceServer = z
  .object({ urls: z.array(z.string()), username: z.string().optional(), credential: z.string().optional() })
  .meta({ id: 'IceServer' });
export type IceServer = z.infer<typeof IceServer>;

/** What mediasoup-client's `transport.consume()` takes, and whose sound it is. */
export const VoiceConsumer = z
  .object({
    id: MediaId,
    producerId: MediaId,
    userId: UserId,
    kind: MediaKind,
    rtpParameters: RtpParameters,
  })
  .meta({ id: 'VoiceConsumer' });
export type VoiceConsumer = z.infer<typeof VoiceConsumer>;

export const VoiceJoined = z
  .object({
    seatId: SeatId,
    roomId: RoomId,
    roomSlug: RoomSlug,
    iceServers: z.array(IceServer),
    sendTransport: WebRtcTransportOptions,
    recvTransport: WebRtcTransportOptions,
    participants: z.array(VoiceParticipant).describe('Everyone in voice, the joiner included.'),
    consumers: z.array(VoiceConsumer).describe('What the others send, ready to be received.'),
    producerId: MediaId.optional().describe('Of the microphone that came with the request.'),
  })
  .meta({ id: 'VoiceJoined' });
export type VoiceJoined = z.infer<typeof VoiceJoined>;

/** Transports that are connected before anybody sits down. */
export const VoicePrepared = VoiceJoined.pick({
  iceServers: true,
  sendTransport: true,
  recvTransport: true,
})
  .extend({
    preparationId: SeatId.describe('What voice.join names; good for a minute, on this socket alone.'),
  })
  .meta({ id: 'VoicePrepared' });
export type VoicePrepared = z.infer<typeof VoicePrepared>;

export const VoiceResumed = VoiceJoined.pick({
  seatId: true,
  roomId: true,
  roomSlug: true,
  participants: true,
  consumers: true,
}).meta({ id: 'VoiceResumed' });
export type VoiceResumed = z.infer<typeof VoiceResumed>;

const Empty = z.object({});

/** A microphone, as mediasoup-client's `produce` event describes it. */
const microphone = { kind: z.literal('audio'), rtpParameters: RtpParameters };

export const voiceRequests = defineRequests({
  'voice.prepare': {
    payload: z.object({
      roomSlug: RoomSlug,
      dtlsParameters: DtlsParameters.describe('Of the certificate that both transports will use.'),
    }),
    result: VoicePrepared,
    needsRequestId: true,
    summary:
      'Two transports for whoever is about to join, connected at once, so that the join itself is the only round trip. Nobody is told, and no seat is taken. One at a time a socket: another takes the place of the first. Closed after a minute, or with the socket',
  },
  'voice.join': {
    payload: z.object({
      roomSlug: RoomSlug,
      rtpCapabilities: RtpCapabilities,
      muted: z.boolean().default(false),
      deafened: z.boolean().default(false),
      dtlsParameters: DtlsParameters.optional().describe(
        'Of a certificate made beforehand, which both transports will use: they are connected with the join, and voice.connectTransport is not needed.',
      ),
      preparationId: SeatId.optional().describe(
        'What voice.prepare gave. Where it is no longer good, the answer brings other transports, and no producerId.',
      ),
      produce: z
        .object(microphone)
        .optional()
        .describe('What is sent on the prepared send transport, from the join on.'),
      seatId: SeatId.optional().describe(
        'The seat that this client comes back to. Conflict where the person sits elsewhere by now; without it, the seat moves here.',
      ),
    }),
    result: VoiceJoined,
    needsRequestId: true,
    summary: "Take a seat in a room's voice. A person has one seat: joining elsewhere moves it",
  },
  'voice.resume': {
    payload: z.object({ seatId: SeatId, muted: z.boolean(), deafened: z.boolean() }),
    result: VoiceResumed,
    needsRequestId: true,
    summary:
      'Speak for the seat from this socket, where the former one is lost. Its media is as it was, and the answer names what it receives now. NotInVoice where the seat or its media is gone: join again. Conflict where the person sits elsewhere by now',
  },
  'voice.leave': { payload: Empty, result: Empty, summary: 'Give the seat up' },
  'voice.connectTransport': {
    payload: z.object({ transportId: MediaId, dtlsParameters: DtlsParameters }),
    result: Empty,
    needsRequestId: true,
    summary: "Bind one of the seat's transports to the client's DTLS certificate",
  },
  'voice.restartIce': {
    payload: z.object({ transportId: MediaId }),
    result: z.object({
      iceParameters: IceParameters,
      iceServers: z.array(IceServer).describe('With fresh credentials.'),
    }),
    needsRequestId: true,
    summary:
      "New ICE parameters for one of the seat's transports. Both the old and the new ones hold until the new ones are used: a client may ask beforehand, and use them when its network is lost",
  },
  'voice.getIceServers': {
    payload: Empty,
    result: z.object({ iceServers: z.array(IceServer).describe('With fresh credentials.') }),
    needsRequestId: true,
    summary: 'STUN and TURN servers for a call that outlives the credentials it began with',
  },
  'voice.produce': {
    payload: z.object({ transportId: MediaId, ...microphone }),
    result: z.object({ producerId: MediaId }),
    needsRequestId: true,
    summary: 'Send a microphone',
  },
  'voice.setMuted': {
    payload: z.object({ muted: z.boolean() }),
    result: Empty,
    summary: 'Mute or unmute the own microphone; muted sound is not forwarded',
  },
  'voice.setDeafened': {
    payload: z.object({ deafened: z.boolean() }),
    result: Empty,
    summary: 'Hear nobody, or everybody again',
  },
});

const inRoom = { roomId: RoomId, roomSlug: RoomSlug };

export const voiceEvents = defineEvents({
  'voice.participantJoined': {
    payload: z.object({ ...inRoom, participant: VoiceParticipant }),
    summary: "Somebody took a seat in the room's voice",
  },
  'voice.participantUpdated': {
    payload: z.object({ ...inRoom, participant: VoiceParticipant }),
    summary: 'Mute, deafness or connection of a participant changed',
  },
  'voice.participantLeft': {
    payload: z.object({ ...inRoom, userId: UserId }),
    summary: "Somebody left the room's voice",
  },
  'voice.speakers': {
    payload: z.object({ ...inRoom, userIds: z.array(UserId) }),
    summary: 'Who speaks in the room now: the whole list, whenever it changes',
  },
  'voice.consumerAdded': {
    payload: z.object({ seatId: SeatId, consumer: VoiceConsumer }),
    summary: 'Somebody sends: receive it',
  },
  'voice.consumerClosed': {
    payload: z.object({ seatId: SeatId, consumerId: MediaId }),
    summary: 'That sound has ended',
  },
  'voice.closed': {
    payload: z.object({ seatId: SeatId, reason: SeatEndReason }),
    summary: 'This seat is over; nothing brings it back but another voice.join',
  },
  'voice.reset': {
    payload: z.object({ seatId: SeatId, reason: MediaLossReason }),
    summary: 'The media of this seat is gone, the seat is not: join again at once',
  },
});
