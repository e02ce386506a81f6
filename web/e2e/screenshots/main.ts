import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Scene, scenes } from '../stage/scenes.ts';
import { createStage, type Language, type Stage, type Variant } from '../stage/stage.ts';
import { settle } from '../stage/steps.ts';

const usage = `Usage: npm run screenshots -- [--out FOLDER] [--language en|ru] [--theme light|dark] [--width desktop|phone]
                               [--format png|webp] [SCENE…]

Takes a picture of every view and state of the page, or of the scenes whose names contain one of the words.`;

interface Wanted {
  out: string;
  format: 'png' | 'webp';
  languages: Language[];
  themes: Variant['theme'][];
  widths: ('desktop' | 'phone')[];
  scenes: Scene[];
}

const oneOf = <T extends string>(all: readonly T[], chosen: string | undefined): T[] =>
  all.filter((name) => chosen === undefined || name === chosen);

/** @returns undefined where only the usage is wanted. */
const readWanted = (): Wanted | undefined => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string', default: '.cache/screenshots' },
      language: { type: 'string' },
      theme: { type: 'string' },
      width: { type: 'string' },
      format: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  const isNamed = ({ name }: Scene) =>
    positionals.length === 0 || positionals.some((word) => name.includes(word));
  return {
    out: values.out,
    format: values.format === 'webp' ? 'webp' : 'png',
    languages: oneOf(['en', 'ru'], values.language),
    themes: oneOf(['light', 'dark'], values.theme),
    widths: oneOf(['desktop', 'phone'], values.width),
    scenes: scenes.filter(isNamed),
  };
};

interface Shot extends Pick<Wanted, 'out' | 'format'> {
  scene: Scene;
  variant: Variant;
}

const take = async (stage: Stage, { scene, variant, out, format }: Shot): Promise<void> => {
  const width = variant.phone ? 'phone' : 'desktop';
  if (scene.only !== undefined && scene.only !== width) return;
  const path = join(out, `${scene.name}.${width}.${variant.language}.${variant.theme}.${format}`);
  const page = await scene.open(stage, variant);
  try {
    await settle(page);
    await page.screenshot({ path: path as `${string}.png`, type: format });
    console.log(path);
  } finally {
    await page.browserContext().close();
  }
};

const run = async (wanted: Wanted): Promise<void> => {
  mkdirSync(wanted.out, { recursive: true });
  for (const language of wanted.languages) {
    const stage = await createStage(language);
    try {
      for (const scene of wanted.scenes)
        for (const theme of wanted.themes)
          for (const width of wanted.widths)
            await take(stage, {
              scene,
              variant: { language, theme, phone: width === 'phone' },
              out: wanted.out,
              format: wanted.format,
            });
    } finally {
      await stage.close();
    }
  }
};

const wanted = readWanted();
if (!wanted) console.log(usage);
else if (wanted.scenes.length > 0) await run(wanted);
else {
  console.error(usage);
  process.exitCode = 1;
}
