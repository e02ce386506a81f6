import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createDatabase, type Database } from '../src/platform/db.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { download, tryUpload } from './files.ts';
import { quietLog } from './log.ts';
import { createPictureRig } from './person-picture-rig.ts';
import { takePicture } from './pictures.ts';
import { type SmallWeb, startSmallWeb } from './preview-rig.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { createTeam, gather } from './team.ts';

let small: SmallWeb;
let database: TestDatabase;
/** Of the server: it does not wait long for an answer. */
let impatient: Database;
let server: TestServer;
beforeAll(async () => {
  small = await startSmallWeb();
  database = await createTestDatabase();
  impatient = createDatabase({ ...database.address, query_timeout: 1_000 }, quietLog);
  server = await startTestServer({
    ...{ database: { ...database, db: impatient }, web: small.web },
    env: { LINK_PREVIEWS: 'on', LINK_PREVIEW_PICTURE_BYTES: '20000' },
  });
  await database.db.query(`CREATE FUNCTION wait_to_commit() RETURNS trigger LANGUAGE plpgsql AS
    $$BEGIN PERFORM pg_advisory_xact_lock_shared(7); RETURN NULL; END$$`);
  for (const table of ['user_pictures', 'attachments', 'preview_pictures'])
    await database.db.query(`CREATE CONSTRAINT TRIGGER waits AFTER INSERT ON ${table} DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION wait_to_commit()`);
});
afterAll(async () => {
  await server.close();
  await impatient.close();
  await database.close();
  await small.close();
});
const { meet, part } = createTeam(() => server);
afterEach(part);
const { trySet, set, get, pictureOf, sweep } = createPictureRig(() => server);

/** Runs `act` while a COMMIT has no answer, and lets it be done once nobody waits for it any more. */
const whileUnanswered = async <T>(act: () => Promise<T>): Promise<T> => {
  const decided = new Promise<void>((resolve) => {
    const stop = impatient.onUnanswered(() => {
      stop();
      resolve();
    });
  });
  const result = await database.db.transaction(async (tx) => {
    const [begun] = await tx.query<{ at: string }>('SELECT now()::text AS at, pg_advisory_xact_lock(7)');
    const acted = await act();
    // The server looks whether it is decided.
    const looked = `SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pid FROM pg_stat_activity%'
      AND datname = current_database() AND query_start > $1::timestamptz`;
    await expect.poll(() => database.db.query(looked, [begun?.at]), { timeout: 10_000 }).not.toEqual([]);
    return acted;
  });
  await decided;
  return result;
};

it('a picture of a person whose row may be written stays, and so it is shown', async () => {
  const anna = await meet('Anna');
  const former = await set(anna);
  const body = await takePicture({ format: 'png' });
  expect(await whileUnanswered(async () => (await trySet(anna, body)).status)).toBe(503);
  const id = await pictureOf(anna, anna.id);
  expect(id).not.toBe(former);
  await sweep();
  expect((await get(anna, String(id))).status).toBe(200);
});

it('a file whose row may be written stays, and may be taken back', async () => {
  const anna = await meet('Anna');
  const upload = { token: anna.token, body: 'all of it' };
  expect(await whileUnanswered(async () => (await tryUpload(server.url, upload)).status)).toBe(503);
  const [row] = await database.db.query<{ id: string }>('SELECT id FROM attachments WHERE user_id = $1', [
    anna.id,
  ]);
  const response = await download(server.url, { id: String(row?.id), token: anna.token });
  expect([response.status, await response.text()]).toEqual([200, 'all of it']);
});

it('the picture of a preview that may be written stays, and so it is shown', async () => {
  const anna = await meet('Anna');
  const room = await gather(anna);
  await anna.request('room.join', { roomSlug: room.slug });
  const picture = small.serveBytes(await takePicture({ format: 'png' }), 'image/png');
  const link = small.servePage(`<meta property="og:image" content="${picture}">`);
  await whileUnanswered(() => anna.request('chat.send', { roomSlug: room.slug, text: link }));
  const { messages } = await anna.done('chat.history', { params: { slug: room.slug } });
  const shown = messages[0].previews[0].picture.id;
  const headers = { authorization: `Bearer ${anna.token}` };
  expect((await fetch(`${server.url}/v1/previews/pictures/${shown}`, { headers })).status).toBe(200);
});
