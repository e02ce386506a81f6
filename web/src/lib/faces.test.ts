import { describe, expect, it } from 'vitest';
import { createFaces } from './faces.ts';

const start = () => {
  const loaded: string[] = [];
  let isAway = false;
  const faces = createFaces({
    transport: {
      load: async (pictureId) => {
        loaded.push(pictureId);
        if (isAway) throw new Error('away');
        return new Blob([pictureId]);
      },
    },
    createUrl: () => `blob:${loaded.at(-1)}`,
    revokeUrl: () => undefined,
  });
  const setAway = (next: boolean) => {
    isAway = next;
  };
  return { faces, loaded, setAway };
};

/** Looks until something is shown. */
const look = (store: ReturnType<ReturnType<typeof start>['faces']['of']>) => {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const stop = store.subscribe(() => resolve(store.get()));
  return { shown: promise, stop };
};

describe('the face of somebody', () => {
  it('is fetched when it is looked at, and once for all who do', async () => {
    const { faces, loaded } = start();
    const [one, other] = [faces.of('a'), faces.of('a')];
    expect([one.get(), loaded]).toEqual([null, []]);
    const looks = [look(one), look(other)];
    expect(await Promise.all(looks.map(({ shown }) => shown))).toEqual(['blob:a', 'blob:a']);
    expect(loaded).toEqual(['a']);
  });

  it('that was seen before is there at once', async () => {
    const { faces, loaded } = start();
    const { shown, stop } = look(faces.of('a'));
    await shown;
    stop();
    expect(faces.of('a').get()).toBe('blob:a');
    look(faces.of('a'));
    expect(loaded).toEqual(['a']);
  });

  it('that could not be had is tried again by whoever looks next', async () => {
    const { faces, loaded, setAway } = start();
    setAway(true);
    faces.of('a').subscribe(() => undefined);
    await expect.poll(() => loaded).toEqual(['a']);
    setAway(false);
    expect(await look(faces.of('a')).shown).toBe('blob:a');
  });

  it('of somebody without a picture is none, and nothing is fetched', () => {
    const { faces, loaded } = start();
    faces.of(null).subscribe(() => undefined);
    expect([faces.of(null).get(), loaded]).toEqual([null, []]);
  });
});
