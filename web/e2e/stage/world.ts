import { createRoom, register } from '../../../signaling/test/rest.ts';
import { openSocket, type TestSocket } from '../../../signaling/test/test-socket.ts';
import { createCouncil } from './council.ts';
import { fillTeamRoom } from './team-room.ts';

export type Language = 'en' | 'ru';

interface WorldText {
  people: [string, string, string, string, string];
  rooms: { slug: string; title: string; topic?: string; category?: string; is_public?: boolean }[];
  /** Who says what, by the place in `people`. */
  talk: [person: number, text: string][];
  newcomer: string;
  /** What somebody writes who wants to talk. */
  greeting: string;
  /** The name of a room that comes and goes. */
  spareRoom: string;
}

const english: WorldText = {
  people: ['Anna Berg', 'Boris Volkov', 'Clara Díaz', 'Dev Patel', 'Emma Stone'],
  newcomer: 'Frank Miller',
  greeting: 'Do you have a minute?',
  spareRoom: 'Spare room',
  rooms: [
    { slug: 'design', title: 'Design' },
    { slug: 'engine-room', title: 'Engine room', category: 'Work' },
    { slug: 'weekly', title: 'Weekly planning', category: 'Work' },
    { slug: 'kitchen', title: 'Kitchen' },
  ],
  talk: [
    [0, 'Morning! The new **call bar** is on staging. It stays while you read another room.'],
    [0, 'Try it on a phone as well, please: the buttons grew a little.'],
    [
      1,
      'Looks good here. Two things:\n\n1. the ring is hard to see in the *dark* theme\n2. ~~the leave button is too close to mute~~ already fixed, thanks',
    ],
    [2, 'I can take the ring. Is the colour a token?'],
    [
      0,
      'It is: `--color-speaking`. Both themes live in one line:\n\n```css\n--color-speaking: light-dark(#177a42, #4fd08a);\n```',
    ],
    [
      3,
      '> Try it on a phone as well\n\nDid so. On a 360 px screen everything fits, and the keyboard does not cover the last message any more.',
    ],
    [4, 'Notes from yesterday are at https://example.org/notes/design-review'],
    [1, 'Shall we talk it through? I am in the call.'],
    [2, 'Coming. Two minutes.'],
    [4, 'I will write the notes.'],
  ],
};

const russian: WorldText = {
  people: ['Анна Берг', 'Борис Волков', 'Клара Диас', 'Дев Патель', 'Эмма Стоун'],
  newcomer: 'Фёдор Мельник',
  greeting: 'Есть минутка?',
  spareRoom: 'Запасная комната',
  rooms: [
    { slug: 'design', title: 'Дизайн' },
    { slug: 'engine-room', title: 'Машинное отделение', category: 'Работа' },
    { slug: 'weekly', title: 'Планы на неделю', category: 'Работа' },
    { slug: 'kitchen', title: 'Кухня' },
  ],
  talk: [
    [0, 'Доброе утро! Новая **панель разговора** на стенде. Она остаётся, пока вы читаете другую комнату.'],
    [0, 'Попробуйте и с телефона, пожалуйста: кнопки немного выросли.'],
    [
      1,
      'Хорошо выглядит. Два замечания:\n\n1. кольцо плохо видно в *тёмной* теме\n2. ~~выход слишком близко к микрофону~~ уже исправили, спасибо',
    ],
    [2, 'Кольцо могу взять. Цвет — это токен?'],
    [
      0,
      'Да: `--color-speaking`. Обе темы в одной строке:\n\n```css\n--color-speaking: light-dark(#177a42, #4fd08a);\n```',
    ],
    [
      3,
      '> Попробуйте и с телефона\n\nПопробовал. На экране в 360 px всё помещается, и клавиатура больше не закрывает последнее сообщение.',
    ],
    [4, 'Вчерашние заметки: https://example.org/notes/design-review'],
    [1, 'Обсудим голосом? Я в разговоре.'],
    [2, 'Иду. Две минуты.'],
    [4, 'Я запишу.'],
  ],
};

const texts: Record<Language, WorldText> = { en: english, ru: russian };

/** A server that people have used for a while. */
export interface World {
  language: Language;
  /** In the order in which the talk names them; all of them are in the room `design`. */
  people: readonly TestSocket[];
  newcomerName: string;
  greeting: string;
  spareRoom: string;
  register(name: string): ReturnType<typeof register>;
  close(): Promise<void>;
}

export const createWorld = async (url: string, language: Language): Promise<World> => {
  const text = texts[language];
  const people: TestSocket[] = [];
  for (const name of text.people) people.push(await openSocket(url, await register(url, { name })));
  for (const room of text.rooms) await createRoom(url, people[0]!.token, room);
  for (const person of people) await person.request('room.join', { roomSlug: 'design' });
  for (const [index, said] of text.talk) await people[index]!.request('chat.send', { text: said });
  await fillTeamRoom(url, people, language);
  await createCouncil({ url, language, people });
  return {
    language,
    people,
    newcomerName: text.newcomer,
    greeting: text.greeting,
    spareRoom: text.spareRoom,
    register: (name) => register(url, { name }),
    close: async () => {
      for (const person of people) await person.close();
    },
  };
};
