import { AppError, type User } from '@boltorezka/sdk';
import { expect, it } from 'vitest';
import { enterInvited } from './invited.ts';

const user = { id: 'ann' } as User;

const start = (accept: () => Promise<{ slug: string } | null>) => {
  const went: string[] = [];
  const place = {
    client: {
      account: { acceptInvitation: (code: string) => accept().finally(() => went.push(`takes ${code}`)) },
      rooms: { refresh: () => Promise.resolve() },
    },
    router: {
      openRoom: (slug: string) => void went.push(`opens ${slug}`),
      go: (to: string) => void went.push(`goes to ${to}`),
    },
  } as unknown as Parameters<typeof enterInvited>[0];
  return { went, place };
};

it('whoever has a new account is in the room that the invitation led into', async () => {
  const { went, place } = start(() => Promise.reject(new Error('Not asked for')));
  await enterInvited(place, { user, roomSlug: 'design', isNew: true }, 'code');
  await enterInvited(place, { user, roomSlug: undefined, isNew: true }, 'code');
  expect(went).toEqual(['opens design', 'goes to room']);
});

it('whoever had an account already takes the invitation', async () => {
  const { went, place } = start(() => Promise.resolve({ slug: 'design' }));
  await enterInvited(place, { user, roomSlug: undefined, isNew: false }, 'code');
  expect(went).toEqual(['takes code', 'opens design']);
});

it('whoever has used it up without knowing is in', async () => {
  const { went, place } = start(() => Promise.reject(new AppError('NotFound', 'No')));
  await enterInvited(place, { user, roomSlug: undefined, isNew: false }, 'code');
  expect(went).toEqual(['takes code', 'goes to room']);
});

it('an invitation that could not be asked about stays', async () => {
  const { went, place } = start(() => Promise.reject(new AppError('Unavailable', 'No')));
  await expect(
    enterInvited(place, { user, roomSlug: undefined, isNew: false }, 'code'),
  ).rejects.toMatchObject({ code: 'Unavailable' });
  expect(went).toEqual(['takes code']);
});
