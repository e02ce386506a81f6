import { randomUUID } from 'node:crypto';
import { createRoom } from '../../../signaling/test/rest.ts';
import type { TestSocket } from '../../../signaling/test/test-socket.ts';
import { uploadFile } from '../upload.ts';
import { makePicture } from './picture.ts';
import type { Language } from './world.ts';

interface TeamText {
  title: string;
  plan: string;
  question: string;
  answer: string;
  call: (name: string) => string;
  pictures: string;
  notes: string;
  fileName: string;
  mistake: string;
  corrected: string;
  gone: string;
  replies: [string, string, string];
  end: string;
}

const texts: Record<Language, TeamText> = {
  en: {
    title: 'Release team',
    plan: 'We ship on **Thursday**. Whoever still has something open, say so here before noon.',
    question: 'Does the new picker work with a screen reader?',
    answer: 'It does: every emoji says its name, and the arrows walk the grid.',
    call: (name) => `@${name} could you look at the dark theme once more?`,
    pictures: 'Two drafts of the cover:',
    notes: 'And the notes of the review.',
    fileName: 'review-notes.txt',
    mistake: 'The build is red.',
    corrected: 'The build is green again.',
    gone: 'Never mind.',
    replies: ['I will take the release notes.', 'Then I take the tests.', 'Thanks, both!'],
    end: '🎉',
  },
  ru: {
    title: 'Команда выпуска',
    plan: 'Выпускаем в **четверг**. У кого что-то не закрыто — напишите здесь до полудня.',
    question: 'Новая панель эмодзи работает с программой экранного доступа?',
    answer: 'Да: у каждого эмодзи есть имя, а стрелки ходят по сетке.',
    call: (name) => `@${name}, посмотри, пожалуйста, тёмную тему ещё раз`,
    pictures: 'Два наброска обложки:',
    notes: 'И заметки с обсуждения.',
    fileName: 'заметки.txt',
    mistake: 'Сборка красная.',
    corrected: 'Сборка снова зелёная.',
    gone: 'Уже не важно.',
    replies: ['Я возьму описание выпуска.', 'Тогда я — тесты.', 'Спасибо вам!'],
    end: '🎉',
  },
};

export const teamSlug = 'release-team';

/** A room in which everything has been said and done that a message can hold. Boris is named, answered and reacted to. */
export const fillTeamRoom = async (
  url: string,
  people: readonly TestSocket[],
  language: Language,
): Promise<void> => {
  const text = texts[language];
  const [anna, boris, clara, dev] = people as [TestSocket, TestSocket, TestSocket, TestSocket];
  await createRoom(url, anna.token, { slug: teamSlug, title: text.title });
  for (const person of people) await person.request('room.join', { roomSlug: teamSlug, keepOthers: true });
  const say = (who: TestSocket, said: string, more: object = {}) =>
    who.request('chat.send', { roomSlug: teamSlug, clientMessageId: randomUUID(), text: said, ...more });
  const plan = await say(anna, text.plan);
  await anna.request('chat.pin', { messageId: plan.id, isPinned: true });
  for (const [person, emoji] of [
    [boris, '👍'],
    [clara, '👍'],
    [dev, '🎉'],
  ] as const)
    await person.request('chat.react', { messageId: plan.id, emoji, isSet: true });
  for (const [index, reply] of text.replies.entries())
    await say([clara, dev, anna][index] ?? anna, reply, { threadRootId: plan.id });
  const question = await say(boris, text.question);
  await say(clara, text.answer, { replyTo: question.id });
  await clara.request('chat.react', { messageId: question.id, emoji: '❤️', isSet: true });
  const files = [
    {
      name: 'cover-1.png',
      content: makePicture({ width: 640, height: 400, from: [11, 106, 102], to: [214, 233, 229] }),
    },
    {
      name: 'cover-2.png',
      content: makePicture({ width: 400, height: 400, from: [138, 75, 42], to: [251, 238, 203] }),
    },
  ];
  const upload = (file: { name: string; content: Buffer<ArrayBuffer> | string }) =>
    uploadFile({ url, token: dev.token, roomSlug: teamSlug, ...file });
  await say(dev, text.pictures, { attachmentIds: [await upload(files[0]!), await upload(files[1]!)] });
  await say(dev, text.notes, {
    attachmentIds: [await upload({ name: text.fileName, content: 'one\n'.repeat(700) })],
  });
  const mistake = await say(boris, text.mistake);
  await boris.request('chat.edit', { messageId: mistake.id, text: text.corrected });
  const gone = await say(anna, text.gone);
  await anna.request('chat.delete', { messageId: gone.id });
  await say(anna, text.call(boris.user.name), { mentions: [boris.user.id] });
  await say(dev, text.end);
};
