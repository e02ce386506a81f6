import { parseTimeCursor } from '../http/cursor.ts';
import { answer, type RouteRegistrar } from '../http/route.ts';
import { type SharedBuckets, spendShared } from '../platform/shared-buckets.ts';
import { type KeyedBuckets, spend } from '../platform/token-bucket.ts';
import type { InvitationService } from './service.ts';

export interface InvitationRouteDeps {
  invitations: InvitationService;
  buckets: {
    /** By person. */
    invite: KeyedBuckets;
    /** By person: whoever guesses codes guesses slowly. */
    accept: SharedBuckets;
  };
}

export const registerInvitationRoutes = (
  route: RouteRegistrar,
  { invitations, buckets }: InvitationRouteDeps,
): void => {
  route('invitations.create', async ({ session, params, body }) => {
    spend(buckets.invite, session.user.id, 'You make invitations too fast; wait a minute.');
    return answer(201, await invitations.make({ slug: params.slug, userId: session.user.id }, body));
  });

  route('invitations.list', async ({ session, params, query: { cursor, limit } }) => {
    const asked = { slug: params.slug, userId: session.user.id };
    const page = await invitations.list(asked, { after: parseTimeCursor(cursor), limit });
    return answer(200, { invitations: page.entries, next_cursor: page.nextCursor });
  });

  route('invitations.revoke', async ({ session, params }) => {
    await invitations.revoke({ invitationId: params.invitation_id, userId: session.user.id });
    return answer(200, { ok: true as const });
  });

  route(
    'invitations.look',
    async ({ body, session }) => {
      const { roomTitle, invitedBy, expiresAt } = await invitations.look(body.code, session?.user.id);
      return answer(200, { room_title: roomTitle, invited_by: invitedBy, expires_at: expiresAt });
    },
    'auth',
  );

  route('invitations.accept', async ({ session, body }) => {
    await spendShared(buckets.accept, session.user.id, 'You try invitations too fast; wait a minute.');
    return answer(200, { room: await invitations.accept(body.code, session.user.id) });
  });
};
