import { randomUUID } from 'node:crypto';
import type { Page } from 'puppeteer-core';
import { testId } from './test-id.ts';

export const click = (page: Page, id: string) => page.locator(testId(id)).click();
export const fill = (page: Page, id: string, text: string) => page.locator(testId(id)).fill(text);
export const sees = (page: Page, id: string, more = '') => page.waitForSelector(testId(id) + more);

export const fillCredentials = async (page: Page, email: string, password: string): Promise<void> => {
  await fill(page, 'auth-email', email);
  await fill(page, 'auth-password', password);
  await click(page, 'auth-submit');
};

/** Asks for an account. */
export const askToSignUp = async (page: Page, name: string): Promise<string> => {
  const email = `${randomUUID()}@test.local`;
  await sees(page, 'auth-email');
  if (!(await page.$(testId('auth-name')))) await click(page, 'auth-mode');
  await fill(page, 'auth-name', name);
  await fillCredentials(page, email, 'password123');
  return email;
};

export const signUp = async (page: Page, name: string): Promise<string> => {
  const email = await askToSignUp(page, name);
  await sees(page, 'chat-input');
  return email;
};

export const unfold = async (page: Page, section: string): Promise<void> => {
  await click(page, 'settings-open');
  await page.locator(`${testId(section)} > summary`).click();
};

export const secretLink = async (page: Page): Promise<string> => {
  const field = await sees(page, 'secret-link');
  return (await field?.evaluate((input) => (input as HTMLInputElement).value)) ?? '';
};
