import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The scripts that stand in the page itself, as sources for `script-src` (CSP level 3, 2.3.1): by their hashes they run,
 * and nothing else inline does.
 * @param root the folder of the build; undefined where this server has no page.
 */
export const inlineScriptSources = (root: string | undefined): string[] => {
  if (!root) return [];
  const html = readFileSync(join(root, 'index.html'), 'utf8');
  return [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
};
