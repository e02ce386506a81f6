import axe from 'axe-core';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Scene, scenes } from './stage/scenes.ts';
import { createStage, type Stage, type Variant } from './stage/stage.ts';
import { settle } from './stage/steps.ts';

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds, in words that say where. */
const findViolations = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe.source);
  return page.evaluate(async (tags) => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: { type: 'tag', values: tags },
      // Of what is well nothing is read: naming each of its elements would take longer than the checks.
      resultTypes: ['violations'],
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary ?? ''}`),
    );
  }, standards);
};

/** Axe looks at each pair of elements that may lie above one another. */
const removeRepeats = (page: Page, selector: string): Promise<void> =>
  page.$$eval(selector, (elements) => {
    for (const element of elements) element.remove();
  });

/** What is wider than the page or the dialog that it stands in: nobody scrolls sideways to it. */
const findCutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('dialog[open], dialog[open] *')]
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .filter((element) => getComputedStyle(element).display !== 'inline' && element.clientWidth > 1)
      .map((element) => element.outerHTML.slice(0, 120)),
  );

/** Scenes of every width take turns: each is looked at in one variant, its neighbour in the other. */
const scenesOf = ({ phone }: Variant): Scene[] => {
  const width = phone ? 'phone' : 'desktop';
  const ofBoth = scenes.filter(({ only }) => only === undefined);
  return scenes.filter((scene) =>
    scene.only === undefined ? (ofBoth.indexOf(scene) % 2 === 1) === phone : scene.only === width,
  );
};

/** A suite of the scenes that fall to a language, a theme and a width. */
export const checkScenes = (variant: Variant): void => {
  const { language, theme, phone } = variant;
  describe(`in ${language}, ${theme}, ${phone ? 'on a phone' : 'on a desktop'}, axe finds nothing in the scene`, () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await createStage(language);
    });
    afterAll(() => stage?.close());

    it.each(scenesOf(variant))('$name', async (scene) => {
      const page = await scene.open(stage, variant);
      try {
        await settle(page);
        expect(await findCutOff(page)).toEqual([]);
        if (scene.repeats !== undefined) await removeRepeats(page, scene.repeats);
        expect(await findViolations(page)).toEqual([]);
      } finally {
        await page.browserContext().close();
      }
    });
  });
};
