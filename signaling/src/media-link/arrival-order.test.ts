import { describe, expect, it } from 'vitest';
import { ArrivalOrder } from './arrival-order.ts';

const setup = () => {
  const order = new ArrivalOrder();
  const done: string[] = [];
  const all = Promise.withResolvers<void>();
  const answer = (name: string) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    // Whoever asks acts some microtasks after the answer.
    void promise
      .then(() => {})
      .then(() => {})
      .then(() => done.push(name));
    order.answer(resolve);
  };
  const event = (name: string) =>
    order.event(() => {
      done.push(name);
      if (name === 'end') all.resolve();
    });
  return { done, answer, event, end: all.promise };
};

describe('what arrives at once', () => {
  it('is acted on in the order of its arrival: an answer neither overtakes an event nor is overtaken', async () => {
    const { done, answer, event, end } = setup();
    event('event 1');
    answer('answer 2');
    answer('answer 3');
    event('event 4');
    event('event 5');
    answer('answer 6');
    event('end');
    await end;
    expect(done).toEqual(['event 1', 'answer 2', 'answer 3', 'event 4', 'event 5', 'answer 6', 'end']);
  });

  it('waits for nothing where it is an answer alone', async () => {
    const { done, answer } = setup();
    answer('answer');
    await Promise.resolve().then(() => Promise.resolve().then(() => Promise.resolve()));
    expect(done).toEqual(['answer']);
  });
});
