import { describe, expect, it } from 'vitest';
import { createFrameJoiner, frameText } from './frame-encoder.ts';

const framesOf = (...texts: string[]) => texts.map((text) => frameText(Buffer.from(text)));

describe('frames that go to a socket together', () => {
  it('are joined once for all sockets that get the very same ones', () => {
    const join = createFrameJoiner();
    const frames = framesOf('one', 'two');
    const joined = join(frames);
    expect(joined).toEqual(Buffer.concat(frames));
    expect(join([...frames])).toBe(joined);
  });

  it('are joined anew where one of them is another, is missing, or looks alike only', () => {
    const join = createFrameJoiner();
    const frames = framesOf('one', 'two', 'three');
    const [one, two, three] = frames as [Buffer, Buffer, Buffer];
    join(frames);
    for (const others of [
      [one, two],
      [two, one, three],
      [one, two, three, one],
      framesOf('one', 'two', 'four'),
    ]) {
      expect(join(others)).toEqual(Buffer.concat(others));
    }
    const alike = framesOf('one', 'two', 'three');
    join(frames);
    expect(join(alike)).not.toBe(join(frames));
  });

  it('are no copy where it is one', () => {
    const [frame] = framesOf('alone') as [Buffer];
    expect(createFrameJoiner()([frame])).toBe(frame);
  });
});
