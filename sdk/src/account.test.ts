import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createScriptedServer, type ScriptedServer, user, uuid } from '../test/scripted-server.ts';
import { createSignedInClient } from '../test/signed-in.ts';
import { createMemoryDrafts } from './drafts.ts';
import { createMemoryOutbox } from './outbox/memory-outbox.ts';
import type { Client } from './types.ts';

const ok = { status: 200, body: { ok: true } };

describe('account', () => {
  let server: ScriptedServer;
  let client: Client;
  beforeEach(async () => {
    server = await createScriptedServer();
    client = await createSignedInClient(server);
  });
  afterEach(async () => {
    client.close();
    await server.close();
  });

  it('shows another name once the server has taken it', async () => {
    server.rest.set('PATCH /v1/auth/me', ({ body }) => ({
      status: 200,
      body: { user: { ...user, ...(body as object) } },
    }));
    await client.account.rename('Anna');
    expect(client.auth.state.get().user?.name).toBe('Anna');
  });

  it('lists the devices, and ends one by its id', async () => {
    const ended: string[] = [];
    server.rest.set(`DELETE /v1/auth/sessions/${uuid(7)}`, () => {
      ended.push(uuid(7));
      return ok;
    });
    await client.account.endSession(uuid(7));
    expect(ended).toEqual([uuid(7)]);
  });

  it('does not take a wrong password for the end of the session', async () => {
    const refusal = { status: 403, body: { error: 'Forbidden', message: 'Wrong' } };
    server.rest.set('POST /v1/auth/password', () => refusal);
    const change = client.account.changePassword({ current: 'a', next: 'another one' });
    await expect(change).rejects.toMatchObject({ code: 'Forbidden' });
    expect(client.auth.state.get().status).toBe('signed-in');
  });

  it('exports page by page, and waits where it asks too fast', async () => {
    const account = { user, sessions: [], memberships: [], blocked: [] };
    const message = (text: string) => ({
      ...{ room_slug: 'general', text, created_at: user.created_at, edited_at: null, attachments: [] },
    });
    const reaction = { room_slug: 'general', message_id: uuid(9), emoji: '👍', created_at: user.created_at };
    const cursors = [`${uuid(0)}.0`, `${uuid(1)}.5`];
    let refusals = 1;
    server.rest.set('GET /v1/auth/me/export', ({ query }) => {
      const cursor = query.get('cursor');
      if (cursor === null) return { status: 200, body: { account, messages: [], next_cursor: cursors[0] } };
      if (cursor === cursors[0])
        return {
          status: 200,
          body: {
            messages: [message('one'), message('two')],
            reactions: [reaction],
            next_cursor: cursors[1],
          },
        };
      refusals -= 1;
      return refusals < 0
        ? { status: 200, body: { messages: [message('three')], next_cursor: null } }
        : { status: 429, body: { error: 'RateLimited' } };
    });
    const progress: number[] = [];
    const data = await client.account.exportData({ onProgress: (count) => progress.push(count) });
    expect(data.account?.user).toEqual(user);
    expect(data.messages.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    expect(data.reactions).toEqual([reaction]);
    expect(progress).toEqual([0, 2, 3]);
  });

  it('is signed out when it is deleted, and not by the server', async () => {
    server.rest.set('DELETE /v1/auth/me', () => ok);
    await client.account.delete({ password: 'password123', eraseMessages: true });
    expect(client.auth.state.get()).toMatchObject({ status: 'signed-out', endedByServer: false });
  });

  it('leaves nothing of what was unsent in the browser when it is deleted', async () => {
    const [outbox, drafts] = [createMemoryOutbox(), createMemoryDrafts()];
    client.close();
    client = await createSignedInClient(server, { outbox, draftStorage: drafts });
    client.rooms.open('general').send('never sent');
    client.drafts.change({ roomSlug: 'general' }, { text: 'begun' });
    expect(await outbox.load(user.id)).toHaveLength(1);
    server.rest.set('DELETE /v1/auth/me', () => ok);
    await client.account.delete({ password: 'password123', eraseMessages: true });
    expect(await outbox.load(user.id)).toEqual([]);
    expect(drafts.load(`boltorezka.draft.${user.id}.general`)).toBeNull();
  });

  it('names people in the addresses of administration', async () => {
    server.rest.set(`POST /v1/admin/users/${uuid(2)}/password-reset`, () => ({
      status: 201,
      body: { code: 'a-code-of-this-test', expires_at: user.created_at },
    }));
    expect((await client.admin.resetPassword(uuid(2))).code).toBe('a-code-of-this-test');
  });
});
