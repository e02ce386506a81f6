import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Playable, playSilenced } from './playback.ts';

class FakeStream {
  readonly #readyState: string;
  constructor(readyState: string) {
    this.#readyState = readyState;
  }
  getTracks() {
    return [{ readyState: this.#readyState }];
  }
}

class FakeAudio implements Playable {
  paused = true;
  plays = 0;
  allowed: boolean;
  readonly srcObject: unknown;
  constructor(srcObject: unknown, allowed = true) {
    this.srcObject = srcObject;
    this.allowed = allowed;
  }
  async play(): Promise<void> {
    this.plays += 1;
    if (!this.allowed) throw new DOMException('Not yet', 'NotAllowedError');
    this.paused = false;
  }
}

describe('the sound of the others', () => {
  const live = () => new FakeStream('live');
  let told: boolean[];
  const play = async (...audios: FakeAudio[]) => {
    told = [];
    playSilenced(audios, (blocked) => told.push(blocked));
    await Promise.resolve();
    await Promise.resolve();
  };

  beforeEach(() => {
    vi.stubGlobal('MediaStream', FakeStream);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('is set playing where it is paused, and left alone where it plays', async () => {
    const paused = new FakeAudio(live());
    const playing = Object.assign(new FakeAudio(live()), { paused: false });
    await play(paused, playing);
    expect([paused.plays, playing.plays]).toEqual([1, 0]);
    expect(told).toEqual([false]);
  });

  it('is left alone where there is nothing to hear', async () => {
    const audios = [new FakeAudio(new FakeStream('ended')), new FakeAudio(null)];
    await play(...audios);
    expect(audios.map(({ plays }) => plays)).toEqual([0, 0]);
    expect(told).toEqual([]);
  });

  it('is known to be held back by the browser, and no longer once it plays', async () => {
    const audio = new FakeAudio(live(), false);
    await play(audio);
    expect(told).toEqual([true]);
    audio.allowed = true;
    await play(audio);
    expect(told).toEqual([false]);
  });

  it('is held back for as long as one of them is', async () => {
    await play(new FakeAudio(live()), new FakeAudio(live(), false));
    expect(told.at(-1)).toBe(true);
  });
});
