import type { Hub } from '../ws/hub.ts';
import type { AccessChange } from './change.ts';

export interface PeopleDeps {
  hub: Pick<Hub, 'connections'>;
  onRenamed: (person: { userId: string; userName: string }) => void;
  onPictured: (person: { userId: string; pictureId: string | null }) => void;
}

export type PersonChange = Extract<AccessChange, { kind: 'userRenamed' | 'userPictured' }>;

/** How people are called and what they look like, by this process' sockets. */
export const createPeopleChanges = ({ hub, onRenamed, onPictured }: PeopleDeps) => {
  const rename = ({ userId, userName }: { userId: string; userName: string }): void => {
    for (const { identity } of hub.connections) if (identity.userId === userId) identity.userName = userName;
    onRenamed({ userId, userName });
  };
  return {
    handle: (change: PersonChange): void => {
      if (change.kind === 'userRenamed') return rename(change);
      onPictured({ userId: change.userId, pictureId: change.pictureId });
    },
    /** What people are called, where that may not have been heard. Pictures are asked for again by whoever shows them. */
    review: (names: readonly { userId: string; userName: string }[]): void => {
      const known = new Map(names.map((person) => [person.userId, person]));
      for (const { identity } of hub.connections) {
        const person = known.get(identity.userId);
        if (person && person.userName !== identity.userName) rename(person);
      }
    },
  };
};
