import axe from 'axe-core';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenes } from './stage/scenes.ts';
import { createStage, type Stage, type Variant } from './stage/stage.ts';
import { settle } from './stage/steps.ts';

/** Both languages, both themes and both widths, each once: what one pair hides the other shows. */
const variants: readonly Variant[] = [
  { language: 'en', theme: 'light', phone: false },
  { language: 'ru', theme: 'dark', phone: true },
];

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds, in words that say where. */
const findViolations = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe.source);
  return page.evaluate(async (tags) => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: { type: 'tag', values: tags },
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary ?? ''}`),
    );
  }, standards);
};

/** What is wider than the page or the dialog that it stands in: nobody scrolls sideways to it. */
const findCutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('dialog[open], dialog[open] *')]
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .filter((element) => getComputedStyle(element).display !== 'inline' && element.clientWidth > 1)
      .map((element) => element.outerHTML.slice(0, 120)),
  );

describe.each(variants)('in $language, $theme, phone=$phone, axe finds nothing in the scene', (variant) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createStage(variant.language);
  });
  afterAll(() => stage?.close());

  const width = variant.phone ? 'phone' : 'desktop';
  it.each(scenes.filter(({ only }) => only === undefined || only === width))('$name', async (scene) => {
    const page = await scene.open(stage, variant);
    try {
      await settle(page);
      expect(await findViolations(page)).toEqual([]);
      expect(await findCutOff(page)).toEqual([]);
    } finally {
      await page.browserContext().close();
    }
  });
});
