import type { Registration } from '@boltorezka/sdk';
import { isCode } from '../../lib/error-text.ts';
import type { Services } from '../../lib/services.tsx';

type Place = Pick<Services, 'client' | 'router'>;

const enter = (router: Place['router'], slug: string | undefined): void => {
  if (slug) router.openRoom(slug, { replace: true });
  else router.go('room');
};

/** @throws AppError `NotFound` where the code opens nothing. */
export const takeInvitation = async ({ client, router }: Place, code: string): Promise<void> => {
  const room = await client.account.acceptInvitation(code);
  await client.rooms.refresh();
  enter(router, room?.slug);
};

/** An account that was made with the invitation has used it up; one that was there already takes it now. */
export const enterInvited = async (
  place: Place,
  { roomSlug, isNew }: Registration,
  code: string,
): Promise<void> => {
  if (isNew) return enter(place.router, roomSlug);
  await takeInvitation(place, code).catch((error: unknown) => {
    // An earlier attempt had no answer, and used it up.
    if (isCode(error, 'NotFound')) enter(place.router, undefined);
    else throw error;
  });
};
