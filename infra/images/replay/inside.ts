// Run by main.ts in namespaces of its own: what is mounted, started and configured there ends with it, however it ends.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Context, runEntry } from '../../setup/context.mjs';
import { buildImage, type Image } from './build.ts';
import { parseCompose } from './compose.ts';
import { runScenarios } from './scenarios.ts';

/** What main.ts passes on. */
export interface InsideOptions {
  phase: 'build' | 'run';
  contextRoot: string;
  scratch: string;
  fresh: boolean;
}

// Folders are made for others to read, as an engine makes them.
process.umask(0o022);

// The other end is held by main.ts and by nobody else: it closes when that is gone, even by SIGKILL.
process.stdin.on('end', () => process.exit(1)).resume();

await runEntry({
  args: process.argv.slice(2),
  main: async (outer, [json = '']) => {
    const options = JSON.parse(json) as InsideOptions;
    const ctx = { ...outer, logPath: (name: string) => outer.logPath(`${name}-${options.phase}`) };
    const file = join(options.scratch, 'images.json');
    if (options.phase === 'build') {
      writeFileSync(file, JSON.stringify(await buildImages(ctx, options)));
      return 0;
    }
    return (await runScenarios(ctx, JSON.parse(readFileSync(file, 'utf8')), options)) ? 0 : 1;
  },
});
// A pipe that is still read from would keep the process.
process.stdin.destroy();

/** Builds every image that the compose file says how to build, by service. */
async function buildImages(ctx: Context, options: InsideOptions): Promise<Record<string, Image>> {
  const text = readFileSync(join(options.contextRoot, 'docker-compose.yml'), 'utf8');
  const images: Record<string, Image> = {};
  for (const [name, { build }] of Object.entries(parseCompose(text, () => undefined).services)) {
    if (!build) continue;
    ctx.print(`• image of ${name}`);
    images[name] = await buildImage(ctx, {
      dockerfile: join(options.contextRoot, build.dockerfile ?? 'Dockerfile'),
      contextRoot: join(options.contextRoot, build.context ?? '.'),
      scratch: join(options.scratch, 'images', name),
      fresh: options.fresh && Object.keys(images).length === 0,
    });
  }
  return images;
}
