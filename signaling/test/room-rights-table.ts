import type { RouteName } from '@boltorezka/protocol';
import type { Call } from './team.ts';

/** Who asks, in the order of the columns below. The stranger owns a room of their own. */
export const roles = ['stranger', 'banned', 'guest', 'member', 'moderator', 'owner'] as const;
export type Role = (typeof roles)[number];

/** In a room of two: somebody else, one of the two, and an administrator of the server. */
export const rolesOfTwo = ['stranger', 'member', 'administrator'] as const;

/** What the room is like; in `muted` everybody in it is silenced, in `blocked` one of the two has blocked the other. */
export const sceneKinds = ['private', 'public', 'archived', 'muted', 'direct', 'blocked'] as const;
export type SceneKind = (typeof sceneKinds)[number];

/** What a room of these people holds, each time anew. */
export interface Scene {
  slug: string;
  roomId: string;
  messageId: string;
  invitationId: string;
  reportId: string;
  attachmentId: string;
  previewPictureId: string;
  /** A member, somebody who is banned, and somebody who asks to be let in. */
  victimId: string;
  outcastId: string;
  askerId: string;
}

export interface Row {
  name: RouteName;
  as?: string;
  call: (scene: Scene) => Call;
  /** What each is answered in each of `sceneKinds`, between bars. */
  statuses: string;
}

const slug = (scene: Scene) => ({ slug: scene.slug });
const to = (user_id: string) => (scene: Scene) => ({ ...slug(scene), user_id });
const victim = (scene: Scene) => to(scene.victimId)(scene);
// biome-ignore-start format: what each is answered stands below what another is.
//                 private                   public                    archived                  muted                     direct        blocked
const readers =
  '403 404 200 200 200 200 | 200 404 200 200 200 200 | 403 404 200 200 200 200 | 403 404 200 200 200 200 | 404 200 404 | 404 200 404';
const moderators =
  '403 404 403 403 200 200 | 403 404 403 403 200 200 | 403 404 403 403 200 200 | 403 404 403 403 200 200 | 404 403 404 | 404 403 404';
const owners =
  '403 404 403 403 403 200 | 403 404 403 403 403 200 | 403 404 403 403 403 200 | 403 404 403 403 403 200 | 404 403 404 | 404 403 404';
const finders =
  '404 404 200 200 200 200 | 200 404 200 200 200 200 | 404 404 200 200 200 200 | 404 404 200 200 200 200 | 404 200 404 | 404 200 404';
// biome-ignore-end format: as above.

// biome-ignore format: a table is read by its columns.
export const table: Row[] = [
  { name: 'rooms.get', call: (s) => ({ params: slug(s) }), statuses: readers },
  { name: 'rooms.update', as: 'topic', call: (s) => ({ params: slug(s), body: { topic: 'x' } }), statuses: '403 404 403 403 200 200 | 403 404 403 403 200 200 | 403 404 403 403 403 403 | 403 404 403 403 403 403 | 404 403 404 | 404 403 404' },
  { name: 'rooms.update', as: 'title', call: (s) => ({ params: slug(s), body: { title: 'Other' } }), statuses: owners },
  { name: 'rooms.update', as: 'place', call: (s) => ({ params: slug(s), body: { position: 2 } }), statuses: owners },
  { name: 'rooms.update', as: 'nothing', call: (s) => ({ params: slug(s), body: {} }), statuses: readers },
  { name: 'rooms.delete', call: (s) => ({ params: slug(s) }), statuses: owners },
  { name: 'rooms.setNotify', call: (s) => ({ params: slug(s), body: { level: 'all' } }), statuses: readers },
  { name: 'rooms.setClosed', call: (s) => ({ params: slug(s), body: { closed: true } }), statuses: '403 404 403 403 403 403 | 403 404 403 403 403 403 | 403 404 403 403 403 403 | 403 404 403 403 403 403 | 404 200 404 | 404 200 404' },
  { name: 'members.list', call: (s) => ({ params: slug(s) }), statuses: readers },
  { name: 'members.set', as: 'guest', call: (s) => ({ params: victim(s), body: { role: 'guest' } }), statuses: moderators },
  { name: 'members.set', as: 'moderator', call: (s) => ({ params: victim(s), body: { role: 'moderator' } }), statuses: owners },
  { name: 'members.set', as: 'a member, anew', call: (s) => ({ params: to(s.askerId)(s), body: { role: 'member' } }), statuses: '403 404 403 403 200 200 | 403 404 403 403 200 200 | 403 404 403 403 403 403 | 403 404 403 403 200 200 | 404 403 404 | 404 403 404' },
  { name: 'members.remove', call: (s) => ({ params: victim(s) }), statuses: moderators },
  { name: 'mutes.list', call: (s) => ({ params: slug(s) }), statuses: moderators },
  { name: 'members.mute', call: (s) => ({ params: victim(s), body: { text: true } }), statuses: moderators },
  { name: 'members.unmute', call: (s) => ({ params: victim(s) }), statuses: moderators },
  { name: 'bans.list', call: (s) => ({ params: slug(s) }), statuses: moderators },
  { name: 'bans.set', call: (s) => ({ params: victim(s), body: {} }), statuses: moderators },
  { name: 'bans.lift', call: (s) => ({ params: to(s.outcastId)(s) }), statuses: moderators },
  { name: 'joinRequests.create', call: (s) => ({ params: slug(s), body: {} }), statuses: '201 404 409 409 409 409 | 409 404 409 409 409 409 | 201 404 409 409 409 409 | 201 404 409 409 409 409 | 404 409 404 | 404 409 404' },
  { name: 'joinRequests.withdraw', call: (s) => ({ params: slug(s) }), statuses: '200 404 200 200 200 200 | 200 404 200 200 200 200 | 200 404 200 200 200 200 | 200 404 200 200 200 200 | 404 200 404 | 404 200 404' },
  { name: 'joinRequests.list', call: (s) => ({ params: slug(s) }), statuses: moderators },
  { name: 'joinRequests.decide', call: (s) => ({ params: to(s.askerId)(s), body: { accept: true } }), statuses: '403 404 403 403 200 200 | 403 404 403 403 200 200 | 403 404 403 403 403 403 | 403 404 403 403 200 200 | 404 403 404 | 404 403 404' },
  { name: 'people.find', call: (s) => ({ query: { room_slug: s.slug } }), statuses: readers },
  { name: 'invitations.create', call: (s) => ({ params: slug(s), body: {} }), statuses: '403 404 403 201 201 201 | 201 404 403 201 201 201 | 403 404 403 403 403 403 | 403 404 403 201 201 201 | 404 403 404 | 404 403 404' },
  { name: 'invitations.list', call: (s) => ({ params: slug(s) }), statuses: readers },
  { name: 'invitations.revoke', call: (s) => ({ params: { invitation_id: s.invitationId } }), statuses: '404 404 404 404 200 200 | 404 404 404 404 200 200 | 404 404 404 404 200 200 | 404 404 404 404 200 200 | 404 404 404 | 404 404 404' },
  { name: 'audit.room', call: (s) => ({ params: slug(s) }), statuses: moderators },
  { name: 'reports.create', call: (s) => ({ params: { message_id: s.messageId }, body: { reason: 'x' } }), statuses: '404 404 201 201 201 201 | 201 404 201 201 201 201 | 404 404 201 201 201 201 | 404 404 201 201 201 201 | 404 201 404 | 404 201 404' },
  { name: 'reports.list', call: (s) => ({ params: slug(s) }), statuses: moderators },
  { name: 'reports.resolve', call: (s) => ({ params: { report_id: s.reportId } }), statuses: '404 404 404 404 200 200 | 404 404 404 404 200 200 | 404 404 404 404 200 200 | 404 404 404 404 200 200 | 404 404 200 | 404 404 200' },
  { name: 'joinRequests.look', call: (s) => ({ params: slug(s) }), statuses: '200 200 200 200 200 200 | 200 200 200 200 200 200 | 200 200 200 200 200 200 | 200 200 200 200 200 200 | 404 200 404 | 404 200 404' },
  { name: 'chat.history', call: (s) => ({ params: slug(s) }), statuses: readers },
  { name: 'chat.pins', call: (s) => ({ params: slug(s) }), statuses: readers },
  { name: 'threads.list', call: (s) => ({ params: slug(s) }), statuses: readers },
  { name: 'threads.unread', call: (s) => ({ params: slug(s) }), statuses: readers },
  { name: 'chat.message', call: (s) => ({ params: { message_id: s.messageId } }), statuses: finders },
  { name: 'chat.reactions', call: (s) => ({ params: { message_id: s.messageId } }), statuses: finders },
  { name: 'chat.search', call: (s) => ({ query: { query: 'x', room_slug: s.slug } }), statuses: readers },
  // No bytes at all are refused as such to who may upload.
  { name: 'attachments.upload', call: (s) => ({ params: slug(s), query: { name: 'x' } }), statuses: '403 404 403 400 400 400 | 400 404 403 400 400 400 | 403 404 403 403 403 403 | 403 404 403 403 403 403 | 404 400 404 | 404 403 404' },
  { name: 'attachments.get', call: (s) => ({ params: { attachment_id: s.attachmentId } }), statuses: finders },
  // It was sent: nobody takes it back by itself.
  { name: 'attachments.discard', call: (s) => ({ params: { attachment_id: s.attachmentId } }), statuses: '404 404 404 404 404 404 | 404 404 404 404 404 404 | 404 404 404 404 404 404 | 404 404 404 404 404 404 | 404 404 404 | 404 404 404' },
  { name: 'previews.picture', call: (s) => ({ params: { picture_id: s.previewPictureId } }), statuses: finders },
  { name: 'attachments.thumbnail', call: (s) => ({ params: { attachment_id: s.attachmentId } }), statuses: finders },
];
