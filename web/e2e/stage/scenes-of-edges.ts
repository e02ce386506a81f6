import { randomUUID } from 'node:crypto';
import type { Page } from 'puppeteer-core';
import { createRoom } from '../../../signaling/test/rest.ts';
import { testId } from '../test-id.ts';
import { councilSlug } from './council.ts';
import { createAskAs } from './rest-as.ts';
import type { Scene } from './scenes.ts';
import type { Stage, Variant } from './stage.ts';
import { click, fill, sees, settle } from './steps.ts';
import { teamSlug } from './team-room.ts';

const texts = {
  en: {
    title: 'Workshop',
    line: (n: number) => `Point ${n} of the agenda: who does it, and until when?`,
    code: 'This is the whole rule:\n```ts\nconst isLate = (now: Date, due: Date): boolean => now > due;\n```',
    soon: 'I take it.',
  },
  ru: {
    title: 'Мастерская',
    line: (n: number) => `Пункт ${n} повестки: кто делает и к какому сроку?`,
    code: 'Вот и всё правило:\n```ts\nconst isLate = (now: Date, due: Date): boolean => now > due;\n```',
    soon: 'Беру на себя.',
  },
} as const;

const visit = (stage: Stage, variant: Variant, { place, slug }: { place: number; slug: string }) =>
  stage.visit(variant, { token: stage.world.people[place]!.token, path: `/r/${slug}` });

/** A room of Anna's in which she has said something; Boris has read the first of it. */
const startWorkshop = async (stage: Stage, lines: readonly string[]): Promise<string> => {
  const [anna, boris] = stage.world.people;
  const slug = `workshop-${randomUUID().slice(0, 8)}`;
  await createRoom(stage.url, anna!.token, { slug, title: texts[stage.language].title });
  for (const person of [anna!, boris!])
    await person.request('room.join', { roomSlug: slug, keepOthers: true });
  for (const [index, text] of lines.entries()) {
    const { seq } = await anna!.request('chat.send', { roomSlug: slug, clientMessageId: randomUUID(), text });
    if (index === 0) await boris!.request('chat.markRead', { roomSlug: slug, seq });
  }
  return slug;
};

const linesOf = ({ language }: Stage, count: number): string[] =>
  Array.from({ length: count }, (_, n) => texts[language].line(n + 1));

/** Puts a finger on the last message and leaves it there until the menu opens: again, where the message has moved from under it. */
const restOnMessage = async (page: Page): Promise<void> => {
  await settle(page);
  for (let isOpen = false; !isOpen; ) {
    const messages = await page.$$(testId('chat-message'));
    const box = await messages.at(-1)?.boundingBox();
    if (!box) throw new Error('no message is in view');
    await page.touchscreen.touchStart(box.x + 10, box.y + box.height / 2);
    isOpen = await page.waitForSelector(testId('message-menu'), { visible: true, timeout: 3_000 }).then(
      () => true,
      () => false,
    );
    await page.touchscreen.touchEnd();
  }
};

/** Where one cannot write at once, what is not read yet, and code. */
export const edgeScenes: readonly Scene[] = [
  {
    name: 'slow-mode',
    open: async (stage, variant) => {
      const page = await visit(stage, variant, { place: 3, slug: councilSlug });
      await fill(page, 'chat-input', texts[stage.language].soon);
      await click(page, 'chat-send');
      await sees(page, 'chat-slow');
      return page;
    },
  },
  {
    name: 'muted',
    open: async (stage, variant) => {
      const page = await visit(stage, variant, { place: 4, slug: councilSlug });
      await sees(page, 'chat-closed', '[data-reason="mutedForGood"]');
      return page;
    },
  },
  {
    name: 'archived',
    open: async (stage, variant) => {
      const slug = await startWorkshop(stage, linesOf(stage, 3));
      const ask = createAskAs(stage.url);
      await ask(stage.world.people[0]!.token, `PATCH /v1/rooms/${slug}`, { archived: true });
      const page = await visit(stage, variant, { place: 1, slug });
      await sees(page, 'chat-closed', '[data-reason="archived"]');
      return page;
    },
  },
  {
    name: 'unread-above',
    open: async (stage, variant) => {
      const slug = await startWorkshop(stage, linesOf(stage, 40));
      const page = await visit(stage, variant, { place: 1, slug });
      await sees(page, 'chat-unread-bar');
      return page;
    },
  },
  {
    name: 'unread-line',
    open: async (stage, variant) => {
      const slug = await startWorkshop(stage, linesOf(stage, 4));
      const page = await visit(stage, variant, { place: 1, slug });
      await sees(page, 'chat-unread-line');
      // The line is in view: nothing need lead there.
      await page.waitForSelector(testId('chat-unread-bar'), { hidden: true });
      return page;
    },
  },
  {
    name: 'code-block',
    open: async (stage, variant) => {
      const slug = await startWorkshop(stage, [texts[stage.language].code]);
      const page = await visit(stage, variant, { place: 1, slug });
      await sees(page, 'chat-code');
      await page.waitForSelector(`${testId('chat-code')} code span`);
      await page.hover(testId('chat-code'));
      return page;
    },
  },
  {
    name: 'message-menu-by-finger',
    only: 'phone',
    open: async (stage, variant) => {
      const page = await visit(stage, variant, { place: 1, slug: teamSlug });
      await sees(page, 'chat-message');
      await restOnMessage(page);
      return page;
    },
  },
];
