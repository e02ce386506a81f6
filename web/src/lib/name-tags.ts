import type { Member } from '@boltorezka/sdk';

/** What tells people of one name apart wherever they are listed: the beginning of their ids, the same in every list. */
export const nameTags = (people: readonly Member[]): ReadonlyMap<string, string> => {
  const byName = new Map<string, Set<string>>();
  for (const { userId, userName } of people) {
    const name = userName.toLocaleLowerCase();
    byName.set(name, (byName.get(name) ?? new Set()).add(userId));
  }
  const shared = [...byName.values()].filter((ids) => ids.size > 1);
  return new Map(shared.flatMap((ids) => [...ids].map((id) => [id, `#${id.slice(0, 4)}`] as const)));
};
