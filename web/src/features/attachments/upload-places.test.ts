import type { Attachment } from '@boltorezka/sdk';
import { describe, expect, it } from 'vitest';
import type { Files } from './files.ts';
import { createUploadPlaces } from './upload-places.ts';

const attachment = (name: string): Attachment => ({
  id: name,
  name,
  mediaType: 'text/plain',
  sizeBytes: 1,
  hasThumbnail: false,
});

const start = () => {
  const sent: { room: string; name: string; signal: AbortSignal | undefined; finish: () => void }[] = [];
  const upload: Files['upload'] = (room, _file, { name, signal }) =>
    new Promise((resolve) => {
      sent.push({ room, name, signal, finish: () => resolve(attachment(name)) });
    });
  return { sent, places: createUploadPlaces({ upload }) };
};

const room = { roomSlug: 'design' };
const file = (name: string) => new File(['x'], name);

describe('files that were chosen', () => {
  it('stay with their place and go up there, whoever looks at it meanwhile', async () => {
    const { places, sent } = start();
    places.at(room).add([file('a.txt')]);
    expect(places.at({ ...room, threadRootId: 'root' }).list.get()).toEqual([]);
    sent[0]?.finish();
    await expect.poll(() => places.at(room).list.get()[0]?.attachment?.name).toBe('a.txt');
    expect(sent.map(({ signal }) => signal?.aborted)).toEqual([false]);
  });

  it('are cut off where they are taken back, or somebody else signs in', () => {
    const { places, sent } = start();
    places.at(room).add([file('a.txt'), file('b.txt')]);
    places.at(room).remove(1);
    expect(sent.map(({ signal }) => signal?.aborted)).toEqual([true, false]);
    places.clear();
    expect(sent.map(({ signal }) => signal?.aborted)).toEqual([true, true]);
    expect(places.at(room).list.get()).toEqual([]);
  });

  it('are not more than a message takes', () => {
    const { places } = start();
    const many = Array.from({ length: 12 }, (_, n) => file(`${n}.txt`));
    expect(places.at(room).add(many)).toBe(2);
    expect(places.at(room).list.get()).toHaveLength(10);
  });
});
