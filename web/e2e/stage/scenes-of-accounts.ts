import type { Page } from 'puppeteer-core';
import { testId } from '../test-id.ts';
import type { Scene } from './scenes.ts';
import type { Stage, Variant } from './stage.ts';
import { answering, click, enter, fill, sees } from './steps.ts';

const code = 'a-code-of-this-scene-only';

const invitation = {
  status: 200,
  body: { room_title: 'Design', invited_by: 'Anna Berg', expires_at: null },
};

/** The settings of somebody, with one part of them unfolded. */
const unfold = async (stage: Stage, variant: Variant, section: string): Promise<Page> => {
  const page = await enter(stage, variant);
  if (variant.phone) await click(page, 'lobby-open');
  await click(page, 'settings-open');
  await page.locator(`${testId(section)} > summary`).click();
  return page;
};

/** Who signed up first on a stage administers it. */
const administer = async (stage: Stage, variant: Variant): Promise<Page> => {
  const page = await stage.visit(variant, { token: stage.world.people[0]?.token ?? '', path: '/admin' });
  await sees(page, 'person');
  return page;
};

/** Accounts: one's own, and others' for whoever administers the server. */
export const accountScenes: readonly Scene[] = [
  {
    name: 'settings-devices',
    open: async (stage, variant) => {
      const page = await unfold(stage, variant, 'settings-devices');
      await sees(page, 'device');
      return page;
    },
  },
  {
    name: 'settings-password-wrong',
    open: async (stage, variant) => {
      const page = await unfold(stage, variant, 'settings-password');
      await fill(page, 'account-current-password', 'not this one');
      await fill(page, 'account-new-password', 'a longer one');
      await click(page, 'account-password-submit');
      await page.waitForSelector('[aria-invalid="true"]');
      return page;
    },
  },
  {
    name: 'delete-account',
    open: async (stage, variant) => {
      const page = await unfold(stage, variant, 'settings-data');
      await click(page, 'account-delete');
      await sees(page, 'account-delete-submit');
      return page;
    },
  },
  {
    name: 'invited',
    open: async (stage, variant) => {
      const prepare = answering(/\/v1\/invitations\/look$/, invitation);
      const page = await stage.visit(variant, { path: `/invite#${code}`, prepare });
      await sees(page, 'invite-face');
      return page;
    },
  },
  {
    name: 'sign-up-by-invitation-alone',
    open: async (stage, variant) => {
      const prepare = answering(/\/v1\/auth\/registration$/, { status: 200, body: { mode: 'invitation' } });
      const page = await stage.visit(variant, { prepare });
      await click(page, 'auth-mode');
      await sees(page, 'auth-no-sign-up');
      return page;
    },
  },
  {
    name: 'new-password-link-ended',
    open: async (stage, variant) => {
      const page = await stage.visit(variant, { path: `/reset#${code}` });
      await fill(page, 'reset-password', 'a longer one');
      await click(page, 'reset-submit');
      await sees(page, 'reset-error');
      return page;
    },
  },
  {
    name: 'administration',
    open: async (stage, variant) => {
      const page = await administer(stage, variant);
      await click(page, 'invitation-create');
      await sees(page, 'secret-link');
      return page;
    },
  },
  {
    name: 'administrator',
    open: async (stage, variant) => {
      const page = await administer(stage, variant);
      await click(page, 'person-admin');
      await sees(page, 'confirm-submit');
      return page;
    },
  },
  {
    name: 'ban-from-server',
    open: async (stage, variant) => {
      const page = await administer(stage, variant);
      await click(page, 'person-ban-open');
      await sees(page, 'person-ban-submit');
      return page;
    },
  },
];
