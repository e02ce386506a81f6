import './zod-settings.ts';

import type { z } from 'zod';
import { exportRoutes } from './account-export.ts';
import { adminRoutes } from './admin.ts';
import { attachmentRoutes } from './attachments.ts';
import { authRoutes } from './auth.ts';
import { chatEvents, chatRequests, chatRoutes } from './chat.ts';
import { lobbyEvents, lobbyRequests } from './lobby.ts';
import { memberRoutes, peopleEvents, peopleRoutes } from './members.ts';
import { invitationRoutes, moderationEvents, moderationRoutes } from './moderation.ts';
import { pictureEvents, pictureRoutes } from './pictures.ts';
import { presenceEvents } from './presence.ts';
import { previewRoutes } from './previews.ts';
import { readEvents, readRequests, readRoutes } from './reads.ts';
import { roomEvents, roomRequests, roomRoutes } from './rooms.ts';
import { serverEvents, serverRequests, serverRoutes } from './server.ts';
import { voiceEvents, voiceRequests } from './voice.ts';

export * from './account-export.ts';
export * from './admin.ts';
export * from './attachments.ts';
export * from './auth.ts';
export * from './chat.ts';
export * from './errors.ts';
export * from './frames.ts';
export * from './ids.ts';
export * from './limits.ts';
export * from './lobby.ts';
export * from './media.ts';
export * from './media-directory.ts';
export * from './media-link.ts';
export * from './members.ts';
export * from './messages.ts';
export * from './moderation.ts';
export * from './one-line.ts';
export * from './pictures.ts';
export * from './presence.ts';
export * from './previews.ts';
export * from './reads.ts';
export * from './room-rights.ts';
export * from './room-shapes.ts';
export * from './rooms.ts';
export * from './routes.ts';
export * from './server.ts';
export * from './snake-case.ts';
export * from './voice.ts';
export * from './webrtc.ts';

/** Every request that a client may send over the socket. */
export const requests = {
  ...serverRequests,
  ...roomRequests,
  ...chatRequests,
  ...readRequests,
  ...voiceRequests,
  ...lobbyRequests,
} as const;

/** Every event that a server may send over the socket, `ack` and `nack` aside. */
export const events = {
  ...serverEvents,
  ...roomEvents,
  ...presenceEvents,
  ...pictureEvents,
  ...chatEvents,
  ...readEvents,
  ...peopleEvents,
  ...moderationEvents,
  ...voiceEvents,
  ...lobbyEvents,
} as const;

/** Every REST call. */
export const routes = {
  ...serverRoutes,
  ...authRoutes,
  ...exportRoutes,
  ...adminRoutes,
  ...roomRoutes,
  ...memberRoutes,
  ...peopleRoutes,
  ...pictureRoutes,
  ...invitationRoutes,
  ...moderationRoutes,
  ...chatRoutes,
  ...readRoutes,
  ...attachmentRoutes,
  ...previewRoutes,
} as const;

export type RequestType = keyof typeof requests;
/** What a client hands over: defaults may be left out. */
export type RequestInput<T extends RequestType> = z.input<(typeof requests)[T]['payload']>;
/** What a handler gets: parsed, defaults filled in. */
export type RequestPayload<T extends RequestType> = z.output<(typeof requests)[T]['payload']>;
export type RequestResult<T extends RequestType> = z.output<(typeof requests)[T]['result']>;

export type EventType = keyof typeof events;
export type EventPayload<T extends EventType> = z.output<(typeof events)[T]['payload']>;
export type ServerEvent = { [T in EventType]: { type: T; payload: EventPayload<T> } }[EventType];

export type RouteName = keyof typeof routes;
