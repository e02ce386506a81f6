import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findFreePorts } from '../../media/test/ports.ts';
import { inheritedByPrograms, startUntil } from './processes.ts';

const main = fileURLToPath(new URL('../../media/src/main.ts', import.meta.url));

/** What both ends of a media link of the tests know. */
export const mediaSecret = 'a-secret-of-the-tests-alone';

export interface MediaProcess {
  child: ChildProcess;
  linkPort: number;
  mediaPort: number;
  url: string;
  output: () => string;
}

/** The media node as an operator starts it, in a process of its own; resolves when it says that it is ready. */
export const startMediaProcess = async (env: Record<string, string> = {}): Promise<MediaProcess> => {
  const linkPort = await findFreePorts();
  const mediaPort = await findFreePorts(2);
  let output = '';
  const child = await startUntil(
    [process.execPath, main],
    (text) => {
      output = text;
      return /The media node is ready at .*\n/.test(text);
    },
    {
      env: {
        ...inheritedByPrograms(),
        MEDIA_PORT: String(mediaPort),
        MEDIA_WORKERS: '2',
        MEDIA_LINK_PORT: String(linkPort),
        MEDIA_SECRET: mediaSecret,
        LOG_LEVEL: 'warn',
        ...env,
      },
    },
  );
  return { child, linkPort, mediaPort, url: `ws://127.0.0.1:${linkPort}`, output: () => output };
};
