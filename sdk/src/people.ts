import type { Member } from '@boltorezka/protocol';
import { asAppError } from './failures.ts';
import type { Http } from './http.ts';
import { renamed } from './room/people-events.ts';
import { createRecordStore, readOnly } from './store.ts';
import type { BlocksState, People } from './types/people.ts';

export interface PeopleService extends People {
  /** Whom somebody has blocked is nobody else's business; null: nobody is signed in. */
  handleUser(userId: string | null): void;
  handleRenamed(person: Member): void;
}

const noBlocks: BlocksState = { status: 'loading', people: [], error: null };

const toMember = ({ user_id, user_name }: { user_id: string; user_name: string }): Member => ({
  userId: user_id,
  userName: user_name,
});

/** People of the server: found by name, and blocked. */
export const createPeople = (http: Http): PeopleService => {
  const blocks = createRecordStore(noBlocks);
  /** An answer counts unless somebody signed out, or blocked somebody, since it was asked for. */
  let version = 0;
  let ownerId: string | null = null;
  const without = (userId: string) => blocks.get().people.filter((person) => person.userId !== userId);
  const show = (people: readonly Member[]) => {
    version += 1;
    blocks.patch({ people });
  };
  return {
    blocks: readOnly(blocks),
    find: async ({ query, roomSlug, limit }) => {
      const asked = { query, room_slug: roomSlug, limit };
      const { people } = await http.call('people.find', { query: asked });
      return people.map(toMember);
    },
    refreshBlocks: async () => {
      const asked = version;
      try {
        const { people } = await http.call('blocks.list', {});
        if (version === asked) blocks.set({ status: 'ready', people: people.map(toMember), error: null });
      } catch (error) {
        if (version !== asked) return;
        blocks.patch({ status: 'failed', error: asAppError(error, 'The list could not be loaded.') });
      }
    },
    block: async ({ userId, userName }) => {
      await http.call('blocks.set', { params: { user_id: userId } });
      show([...without(userId), { userId, userName }]);
    },
    unblock: async (userId) => {
      await http.call('blocks.lift', { params: { user_id: userId } });
      show(without(userId));
    },
    handleRenamed: (person) => blocks.patch({ people: renamed(blocks.get().people, person) }),
    handleUser: (userId) => {
      if (userId === ownerId) return;
      ownerId = userId;
      version += 1;
      blocks.set(noBlocks);
    },
  };
};
