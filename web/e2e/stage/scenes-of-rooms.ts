import { randomUUID } from 'node:crypto';
import type { Page } from 'puppeteer-core';
import { testId } from '../test-id.ts';
import { councilSlug } from './council.ts';
import { createAskAs } from './rest-as.ts';
import type { Scene } from './scenes.ts';
import type { Stage, Variant } from './stage.ts';
import { click, enter, fill, sees } from './steps.ts';

const openLobby = async (page: Page, { phone }: Variant): Promise<void> => {
  if (phone) await click(page, 'lobby-open');
  await sees(page, 'room-create');
};

interface Newcomer {
  id: string;
  token: string;
}

/** Somebody new whom others have written to, and who has read a part of it. */
const visitWithNews = async (stage: Stage, variant: Variant): Promise<Page> => {
  const { world } = stage;
  const [anna, boris] = world.people;
  const { user, token } = await world.register(world.newcomerName);
  const ask = createAskAs(stage.url);
  for (const friend of [anna!, boris!]) {
    const { room } = (await ask(friend.token, 'POST /v1/direct', { user_id: user.id })) as {
      room: { slug: string };
    };
    await friend.request('room.join', { roomSlug: room.slug, keepOthers: true });
    await friend.request('chat.send', { roomSlug: room.slug, text: world.greeting });
  }
  await ask(token, 'PUT /v1/rooms/kitchen/notify', { level: 'nothing' });
  const page = await stage.visit(variant, { token, path: '/r/design' });
  await sees(page, 'chat-input');
  return page;
};

/** Anna, who owns the round table. */
const visitCouncil = async (stage: Stage, variant: Variant): Promise<Page> => {
  const page = await stage.visit(variant, { token: stage.world.people[0]!.token, path: `/r/${councilSlug}` });
  await sees(page, 'chat-message');
  return page;
};

const openSettings = async (page: Page, section: string): Promise<void> => {
  await click(page, 'room-menu');
  await click(page, 'room-settings');
  await page.waitForSelector(`${testId('about-save')}`);
  const select = await page.$(testId('sections'));
  if (select) await page.select(testId('sections'), section);
  else await click(page, `section-${section}`);
};

const settings = (
  section: string,
  ready: string,
  act: (page: Page) => Promise<void> = async () => {},
): Scene => ({
  name: `room-settings-${section}`,
  open: async (stage, variant) => {
    const page = await visitCouncil(stage, variant);
    await openSettings(page, section);
    await sees(page, ready);
    await act(page);
    return page;
  },
});

const openPeople = async (page: Page, { phone }: Variant): Promise<void> => {
  if (phone) await click(page, 'members-open');
  await sees(page, 'member');
};

const openPerson = async (page: Page, name: string): Promise<void> => {
  await page.locator(`${testId('member')}[data-user-name="${name}"] button`).click();
};

const onPerson = (name: string, action: string | null): Scene => ({
  name,
  open: async (stage, variant) => {
    const page = await visitCouncil(stage, variant);
    await openPeople(page, variant);
    await openPerson(page, stage.world.people[2]!.user.name);
    await sees(page, 'person-ban');
    if (action === null) return page;
    await click(page, action);
    await sees(page, 'confirm-submit');
    return page;
  },
});

/** A room of somebody's own, with a newcomer in it, who is put out of it. */
const putOut = (
  name: string,
  act: (stage: Stage, place: string, newcomer: Newcomer) => Promise<unknown>,
): Scene => ({
  name,
  open: async (stage, variant) => {
    const { world } = stage;
    const ask = createAskAs(stage.url);
    const owner = world.people[0]!.token;
    const slug = `room-${randomUUID().slice(0, 8)}`;
    await ask(owner, 'POST /v1/rooms', { slug, title: world.spareRoom, is_public: true });
    const { user, token } = await world.register(world.newcomerName);
    const page = await stage.visit(variant, { token, path: `/r/${slug}` });
    await sees(page, 'chat-input');
    await act(stage, `/v1/rooms/${slug}`, { id: user.id, token });
    await sees(page, 'room-gone');
    // The room goes from everybody's list again.
    page.once('close', () => void ask(owner, `DELETE /v1/rooms/${slug}`).catch(() => {}));
    return page;
  },
});

const asOwner =
  (request: (place: string, newcomer: Newcomer) => [string, object?]) =>
  (stage: Stage, place: string, newcomer: Newcomer): Promise<unknown> => {
    const [what, body] = request(place, newcomer);
    return createAskAs(stage.url)(stage.world.people[0]!.token, what, body);
  };

const atTheDoor = (name: string, act: (page: Page) => Promise<void>): Scene => ({
  name,
  open: async (stage, variant) => {
    const { token } = await stage.world.register(stage.world.newcomerName);
    const page = await stage.visit(variant, { token, path: `/r/${councilSlug}` });
    await sees(page, 'room-door');
    await act(page);
    return page;
  },
});

/** Rooms and who may do what in them. */
export const roomScenes: readonly Scene[] = [
  {
    name: 'rooms-with-news',
    open: async (stage, variant) => {
      const page = await visitWithNews(stage, variant);
      await openLobby(page, variant);
      await sees(page, 'fold-direct');
      return page;
    },
  },
  {
    name: 'quick-switcher',
    open: async (stage, variant) => {
      const page = await visitWithNews(stage, variant);
      await openLobby(page, variant);
      await click(page, 'switch-open');
      await sees(page, 'place');
      return page;
    },
  },
  {
    name: 'new-direct-message',
    open: async (stage, variant) => {
      const page = await enter(stage, variant);
      await openLobby(page, variant);
      await click(page, 'direct-create');
      await sees(page, 'person-found');
      return page;
    },
  },
  {
    name: 'room-menu',
    open: async (stage, variant) => {
      const page = await visitCouncil(stage, variant);
      await click(page, 'room-menu');
      await sees(page, 'room-settings');
      return page;
    },
  },
  {
    name: 'governed-room',
    open: async (stage, variant) => {
      const page = await visitCouncil(stage, variant);
      await click(page, 'room-topic');
      return page;
    },
  },
  {
    name: 'governed-people',
    only: 'phone',
    open: async (stage, variant) => {
      const page = await visitCouncil(stage, variant);
      await openPeople(page, variant);
      return page;
    },
  },
  {
    name: 'invite-people',
    open: async (stage, variant) => {
      const page = await visitCouncil(stage, variant);
      await click(page, 'room-menu');
      await click(page, 'room-invite');
      await click(page, 'invitation-create');
      await sees(page, 'invitation-link');
      await sees(page, 'invitation');
      return page;
    },
  },
  {
    name: 'leave-room',
    open: async (stage, variant) => {
      const page = await visitCouncil(stage, variant);
      await click(page, 'room-menu');
      await click(page, 'room-leave');
      await sees(page, 'confirm-submit');
      return page;
    },
  },
  onPerson('person-menu', null),
  onPerson('mute-person', 'person-mute'),
  onPerson('ban-person', 'person-ban'),
  onPerson('remove-person', 'person-remove'),
  onPerson('role-of-person', 'person-role'),
  settings('about', 'about-save'),
  settings('invitations', 'invitation-create'),
  settings('requests', 'join-request'),
  settings('members', 'member'),
  settings('bans', 'ban'),
  settings('mutes', 'mute'),
  settings('reports', 'report'),
  settings('audit', 'audit-entry'),
  settings('end', 'room-delete', async (page) => {
    await click(page, 'room-delete');
    await fill(page, 'delete-name', 'R');
  }),
  atTheDoor('closed-door', async () => {}),
  atTheDoor('closed-door-waiting', async (page) => {
    await fill(page, 'door-words', '…');
    await click(page, 'door-ask');
    await sees(page, 'door-waiting');
    page.once('close', () => {});
  }),
  putOut(
    'banned-from-a-room',
    asOwner((place, { id }) => [`PUT ${place}/bans/${id}`, { reason: 'Spam', expires_at: null }]),
  ),
  putOut(
    'sent-out-of-a-room',
    asOwner((place, { id }) => [`DELETE ${place}/members/${id}`]),
  ),
  putOut(
    'room-deleted',
    asOwner((place) => [`DELETE ${place}`]),
  ),
  putOut(
    'room-closed',
    asOwner((place) => [`PATCH ${place}`, { is_public: false }]),
  ),
];
