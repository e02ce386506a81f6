import { register } from '../../../signaling/test/rest.ts';
import type { TestSocket } from '../../../signaling/test/test-socket.ts';
import { type AskAs, createAskAs } from './rest-as.ts';
import type { Language } from './world.ts';

interface CouncilText {
  title: string;
  topic: string;
  category: string;
  asking: [name: string, words: string][];
  banned: [name: string, reason: string];
  advertisement: string;
  complaint: string;
}

const texts: Record<Language, CouncilText> = {
  en: {
    title: 'Round table',
    topic:
      'What we decide together, and who does it. Agenda and minutes are pinned; please read them before you ask.',
    category: 'Work',
    asking: [
      ['Olga Petrova', 'I lead the new office and would like to follow the decisions.'],
      ['Tom Becker', ''],
    ],
    banned: ['Victor Loud', 'Advertising, twice warned'],
    advertisement: 'Cheap licences for everything, only today: https://example.org/cheap',
    complaint: 'This is an advertisement.',
  },
  ru: {
    title: 'Круглый стол',
    topic:
      'Что решаем вместе и кто за это берётся. Повестка и протоколы закреплены, прочитайте их, прежде чем спрашивать.',
    category: 'Работа',
    asking: [
      ['Ольга Петрова', 'Я веду новый офис и хочу следить за решениями.'],
      ['Том Беккер', ''],
    ],
    banned: ['Виктор Громов', 'Реклама, предупреждали дважды'],
    advertisement: 'Дешёвые лицензии на всё, только сегодня: https://example.org/cheap',
    complaint: 'Это реклама.',
  },
};

export const councilSlug = 'round-table';

interface Group {
  url: string;
  language: Language;
  /** An owner, a moderator, two members and a guest. */
  people: readonly TestSocket[];
}

const letIn = async (ask: AskAs, people: readonly TestSocket[]): Promise<void> => {
  const [owner, moderator, ...others] = people.map(({ user, token }) => ({ id: user.id, token }));
  if (!owner || !moderator) throw new Error('a council needs an owner and a moderator');
  const place = `/v1/rooms/${councilSlug}`;
  await ask(owner.token, `PUT ${place}/members/${moderator.id}`, { role: 'moderator' });
  for (const [index, { id }] of others.entries())
    await ask(moderator.token, `PUT ${place}/members/${id}`, { role: index === 2 ? 'guest' : 'member' });
  const last = others.at(-1);
  if (last) {
    const body = { text: true, voice: true, expires_at: null, reason: '' };
    await ask(moderator.token, `PUT ${place}/mutes/${last.id}`, body);
  }
};

const disturb = async (ask: AskAs, { url, language, people }: Group): Promise<void> => {
  const { asking, banned, advertisement, complaint } = texts[language];
  const [owner, moderator, member] = people;
  const place = `/v1/rooms/${councilSlug}`;
  for (const [name, text] of asking) {
    const { token } = await register(url, { name });
    await ask(token, `POST ${place}/join-requests`, { text });
  }
  const { user } = await register(url, { name: banned[0] });
  await ask(moderator!.token, `PUT ${place}/bans/${user.id}`, { reason: banned[1], expires_at: null });
  await member!.request('room.join', { roomSlug: councilSlug, keepOthers: true });
  const message = await member!.request('chat.send', { roomSlug: councilSlug, text: advertisement });
  await ask(people[3]!.token, `POST /v1/messages/${message.id}/reports`, { reason: complaint });
  await ask(owner!.token, `PATCH ${place}`, { slow_mode_s: 10, position: 1 });
};

/** A private room that is governed: roles, a request that waits, a report, a ban, and a log of all of it. */
export const createCouncil = async (group: Group): Promise<void> => {
  const ask = createAskAs(group.url);
  const { title, topic, category } = texts[group.language];
  const owner = group.people[0]!;
  await ask(owner.token, 'POST /v1/rooms', {
    ...{ slug: councilSlug, title, topic, category, is_public: false },
  });
  await ask(owner.token, `PATCH /v1/rooms/${councilSlug}`, { accepts_requests: true });
  await letIn(ask, group.people);
  await disturb(ask, group);
};
