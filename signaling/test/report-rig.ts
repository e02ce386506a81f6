import type { Room } from '@boltorezka/protocol';
import type { TestServer } from './start-server.ts';
import { makeAdministrator, type Team, type Teammate } from './team.ts';

export const say = async (person: Teammate, room: Room, [text, more = {}]: [string, object?]) => {
  await person.request('room.join', { roomSlug: room.slug, keepOthers: true });
  return person.request('chat.send', { text, roomSlug: room.slug, ...more });
};

export const report = (person: Teammate, message_id: string, reason = 'Threats') =>
  person.call('reports.create', { params: { message_id }, body: { reason } });

export const resolve = (person: Teammate, report_id: string) =>
  person.call('reports.resolve', { params: { report_id } });

/** Of what one test has reported, and who has administered, the next one knows nothing. */
export const forgetReports = async ({ database }: TestServer): Promise<void> => {
  await database.db.query('DELETE FROM reports');
  await database.db.query('UPDATE users SET is_administrator = false');
};

export const meetAdministrator = async (
  server: TestServer,
  meet: Team['meet'],
  name = 'Administrator',
): Promise<Teammate> => {
  const person = await meet(name);
  await makeAdministrator(server, person);
  return person;
};
