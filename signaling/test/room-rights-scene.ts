import { randomUUID } from 'node:crypto';
import type { Database } from '../src/platform/db.ts';
import type { Role, Scene, SceneKind } from './room-rights-table.ts';
import type { Teammate } from './team.ts';

export type People = Record<Role | 'victim' | 'outcast' | 'asker' | 'administrator', Teammate>;

interface SceneDeps {
  db: Database;
  people: People;
  /** A picture that is in one room after the other; a call that is not about it may be the end of its room. */
  attachmentId?: string | undefined;
}

interface Wanted {
  kind: SceneKind;
  /** As if there were none. */
  isHidden?: boolean;
}

const isOfTwo = (kind: SceneKind): boolean => kind === 'direct' || kind === 'blocked';

const addRoom = ({ db, people }: SceneDeps, scene: Scene, { kind, isHidden = false }: Wanted) =>
  db.query(
    `INSERT INTO rooms (id, slug, title, is_public, accepts_requests, last_seq, kind, direct_key)
     VALUES ($1, $2, 'Room', $3, $4, 1, $5, $6)`,
    [
      ...[scene.roomId, scene.slug, kind === 'public', !isHidden && !isOfTwo(kind)],
      ...(isOfTwo(kind) ? ['direct', `${people.member.id}:${randomUUID()}`] : ['room', null]),
    ],
  );

const addPeople = async ({ db, people }: SceneDeps, { roomId }: Scene, kind: SceneKind): Promise<void> => {
  const members = isOfTwo(kind)
    ? (['member', 'victim'] as const)
    : (['guest', 'member', 'moderator', 'owner', 'victim'] as const);
  const ids = members.map((name) => people[name].id);
  await db.query(
    `INSERT INTO room_members (room_id, user_id, role) SELECT $1, * FROM unnest($2::uuid[], $3::text[])`,
    [roomId, ids, members.map((name) => (name === 'victim' ? 'member' : name))],
  );
  if (isOfTwo(kind)) return;
  for (const { id } of [people.banned, people.outcast])
    await db.query('INSERT INTO room_bans (room_id, user_id) VALUES ($1, $2)', [roomId, id]);
  await db.query('INSERT INTO join_requests (room_id, user_id) VALUES ($1, $2)', [roomId, people.asker.id]);
};

const addContents = async ({ db, people, attachmentId }: SceneDeps, scene: Scene): Promise<void> => {
  await db.query(
    `INSERT INTO messages (id, room_id, seq, user_id, text, created_at, ordinal, revision)
     VALUES ($1, $2, 1, $3, 'x', now(), 1, 1)`,
    [scene.messageId, scene.roomId, people.victim.id],
  );
  await db.query(
    `INSERT INTO reports (id, message_id, room_id, reporter_id, reason) VALUES ($1, $2, $3, $4, 'x')`,
    [scene.reportId, scene.messageId, scene.roomId, people.victim.id],
  );
  await db.query('INSERT INTO invitations (id, code_hash, room_id, created_by) VALUES ($1, $2, $3, $4)', [
    ...[scene.invitationId, Buffer.from(randomUUID()), scene.roomId, people.owner.id],
  ]);
  if (attachmentId === undefined) return;
  await db.query('UPDATE attachments SET room_id = $2, message_id = $3 WHERE id = $1', [
    ...[attachmentId, scene.roomId, scene.messageId],
  ]);
  // The same bytes do for the picture of a page.
  await db.query(
    `INSERT INTO preview_pictures (id, message_id, size_bytes) VALUES ($1, $2, 1)
     ON CONFLICT (id) DO UPDATE SET message_id = excluded.message_id`,
    [attachmentId, scene.messageId],
  );
};

/** What closes a room comes last: it closes it for what is to be in it as well. */
const close = async ({ db, people }: SceneDeps, { roomId }: Scene, kind: SceneKind): Promise<void> => {
  if (kind === 'archived') await db.query('UPDATE rooms SET archived_at = now() WHERE id = $1', [roomId]);
  if (kind === 'muted')
    await db.query(
      `INSERT INTO room_mutes (room_id, user_id, text, voice) SELECT $1, m.user_id, true, true
       FROM room_members m WHERE m.room_id = $1`,
      [roomId],
    );
  const pair = [people.victim.id, people.member.id];
  if (kind === 'blocked')
    await db.query(
      'INSERT INTO blocks (user_id, blocked_user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      pair,
    );
  else await db.query('DELETE FROM blocks WHERE user_id = $1 AND blocked_user_id = $2', pair);
};

/** A room with all that calls are about, as none that was there before. */
export const setScene = async (deps: SceneDeps, wanted: Wanted): Promise<Scene> => {
  const { people, attachmentId = randomUUID() } = deps;
  const roomId = randomUUID();
  const scene: Scene = {
    ...{ roomId, slug: `room-${roomId}`, messageId: randomUUID() },
    ...{ invitationId: randomUUID(), reportId: randomUUID(), attachmentId, previewPictureId: attachmentId },
    ...{ victimId: people.victim.id, outcastId: people.outcast.id, askerId: people.asker.id },
  };
  await addRoom(deps, scene, wanted);
  await addPeople(deps, scene, wanted.kind);
  await addContents(deps, scene);
  await close(deps, scene, wanted.kind);
  return scene;
};
