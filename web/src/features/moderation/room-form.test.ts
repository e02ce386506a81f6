import { initialRoomState, type RoomMay } from '@boltorezka/sdk';
import { describe, expect, it } from 'vitest';
import { changesOf, problemsOf, type RoomForm } from './room-form.ts';

const form: RoomForm = {
  title: 'Design',
  topic: 'Colours',
  category: 'Work',
  position: '3',
  slowModeS: 0,
  isPublic: true,
  acceptsRequests: false,
};

const { may: mayNothing } = initialRoomState('any');
const owner: RoomMay = { ...mayNothing, changeTopic: true, changePlace: true, changeRoom: true };
const moderator: RoomMay = { ...mayNothing, changeTopic: true };

describe('the changes of a room', () => {
  it('are what is another than it was, and nothing else', () => {
    expect(changesOf(form, form, owner)).toEqual({});
    expect(changesOf(form, { ...form, title: ' Drawing ' }, owner)).toEqual({ title: 'Drawing' });
    expect(changesOf(form, { ...form, category: ' ', position: '0' }, owner)).toEqual({
      category: null,
      position: 0,
    });
  });

  it('hold nothing that I may not change, whatever the form says', () => {
    const after: RoomForm = {
      title: 'Other',
      topic: 'Other',
      category: 'Other',
      position: '9',
      slowModeS: 60,
      isPublic: false,
      acceptsRequests: true,
    };
    expect(changesOf(form, after, moderator)).toEqual({ topic: 'Other', slow_mode_s: 60 });
    expect(Object.keys(changesOf(form, after, owner))).toHaveLength(7);
  });
});

describe('the form of a room', () => {
  it.each([
    [{ title: 'De' }, { title: true }],
    [{ title: ' '.repeat(9) }, { title: true }],
    [{ position: '' }, { position: true }],
    [{ position: '-1' }, { position: true }],
    [{ position: '1000001' }, { position: true }],
    [{ position: '12' }, {}],
  ])('with %j has the problems %j', (more, problems) => {
    expect(problemsOf({ ...form, ...more })).toEqual(problems);
  });
});
