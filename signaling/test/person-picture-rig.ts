import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createAttachments } from '../src/attachments/index.ts';
import { quietLog } from './log.ts';
import { takePicture } from './pictures.ts';
import type { TestServer } from './start-server.ts';
import type { Teammate } from './team.ts';

export type Body = Uint8Array | string | ReadableStream;

export const filesOf = ({ config, database }: TestServer) => ({
  ...{ config: config.attachments, dataDir: config.dataDir, db: database.db, log: quietLog },
});

/** What tests of people's pictures ask of a server. */
export const createPictureRig = (server: () => TestServer) => {
  const trySet = ({ token }: { token: string }, body: Body): Promise<Response> =>
    fetch(`${server().url}/v1/auth/me/picture`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'image/png' },
      body: body as string,
      ...(body instanceof ReadableStream ? { duplex: 'half' as const } : {}),
    });

  const set = async (person: { token: string }, body?: Body): Promise<string> => {
    const response = await trySet(person, body ?? (await takePicture({ format: 'jpeg' })));
    if (response.status !== 200) throw new Error(`pictures.set: ${response.status}`);
    return ((await response.json()) as { picture_id: string }).picture_id;
  };

  const get = ({ token }: { token: string }, id: string, headers: Record<string, string> = {}) =>
    fetch(`${server().url}/v1/pictures/${id}`, { headers: { authorization: `Bearer ${token}`, ...headers } });

  const pictureOf = async (asker: Teammate, userId: string): Promise<string | null> => {
    const { pictures } = await asker.done('pictures.find', { query: { user_ids: userId } });
    return pictures[0]?.picture_id ?? null;
  };

  const storedFiles = async (): Promise<string[]> => {
    const found = await readdir(join(server().config.dataDir, 'attachments'), {
      recursive: true,
      withFileTypes: true,
    }).catch(() => []);
    return found.filter((entry) => entry.isFile()).map(({ name }) => name);
  };

  const sweep = async (): Promise<void> => {
    const { sweeper } = createAttachments(filesOf(server()));
    await sweeper.sweep();
    await sweeper.compare();
  };
  return { trySet, set, get, pictureOf, storedFiles, sweep };
};
