import type { MemberRole } from '@boltorezka/protocol';
import { notifyAccessChange } from '../access/index.ts';
import type { Queryable } from '../platform/db.ts';
import { deleteMute } from './ban-repository.ts';
import { type MemberChange, takeMemberPosition, updateRole, upsertMember } from './repository.ts';
import { createNoPersonError } from './target.ts';

interface Place {
  roomId: string;
  userId: string;
}

/** Those who could lift it stand below an owner, and may not be there at all. */
export const freeOwner = async (tx: Queryable, { roomId, userId }: Place): Promise<void> => {
  if (await deleteMute(tx, { roomId, userId }))
    await notifyAccessChange(tx, { kind: 'voiceMuted', roomId, userId, isMuted: false });
};

/** Another role of somebody who belongs to the room, or who is to from now on; the caller has locked it. */
export const giveRole = async (
  tx: Queryable,
  { roomId, userId, role }: Place & { role: MemberRole },
): Promise<MemberChange> => {
  const given = { roomId, userId, role };
  if (!(await updateRole(tx, given)) && !(await upsertMember(tx, given))) throw createNoPersonError();
  if (role === 'owner') await freeOwner(tx, { roomId, userId });
  return takeMemberPosition(tx, { roomId, userId, change: 'roleChanged' });
};
