import { describe, expect, it } from 'vitest';
import { createFiles } from './files.ts';

const start = (fails = false) => {
  const loaded: string[] = [];
  const revoked: string[] = [];
  const files = createFiles({
    transport: {
      upload: () => Promise.reject(new Error('not here')),
      discard: () => Promise.resolve(),
      load: async (id, { thumbnail } = {}) => {
        loaded.push(thumbnail ? `${id} small` : id);
        if (fails) throw new Error('away');
        return new Blob([id]);
      },
      loadPreview: async (pictureId) => {
        loaded.push(`${pictureId} preview`);
        return new Blob([pictureId]);
      },
    },
    createUrl: () => `blob:${loaded.at(-1)}`,
    revokeUrl: (url) => void revoked.push(url),
    maxSpare: 1,
  });
  return { files, loaded, revoked };
};

describe('the files of messages', () => {
  it('are fetched once for all who hold them, and once more in their small form', async () => {
    const { files, loaded } = start();
    const [one, other] = [files.hold('a', { thumbnail: false }), files.hold('a', { thumbnail: false })];
    expect(await one.url).toBe(await other.url);
    files.hold('a', { thumbnail: true });
    files.holdPreview('a');
    expect(loaded).toEqual(['a', 'a small', 'a preview']);
  });

  it('stay for a while when nobody holds them, the newest the longest', async () => {
    const { files, loaded, revoked } = start();
    for (const id of ['a', 'b']) {
      const held = files.hold(id, { thumbnail: false });
      await held.url;
      held.release();
      held.release();
    }
    await expect.poll(() => revoked).toEqual(['blob:a']);
    files.hold('b', { thumbnail: false });
    expect(loaded).toEqual(['a', 'b']);
  });

  it('are not taken away from who still holds them', async () => {
    const { files, revoked } = start();
    const held = files.hold('a', { thumbnail: false });
    for (const id of ['b', 'c', 'd']) files.hold(id, { thumbnail: false }).release();
    await held.url;
    await expect.poll(() => revoked.length).toBe(2);
    expect(revoked).not.toContain('blob:a');
  });

  it('are asked for again after they could not be had', async () => {
    const { files, loaded } = start(true);
    await expect(files.hold('a', { thumbnail: false }).url).rejects.toThrow('away');
    await expect(files.hold('a', { thumbnail: false }).url).rejects.toThrow('away');
    expect(loaded).toEqual(['a', 'a']);
  });
});
