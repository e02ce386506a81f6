import { limits, type Mention } from '@boltorezka/sdk';
import type { Inline } from '../markdown/inline-tree.ts';
import { everyoneWords, markMentions } from '../markdown/mentions.ts';

interface Found {
  mentions: Mention[];
  /** Everybody of the room is called. */
  everyone: boolean;
}

interface Meant {
  /** Whom the writer chose from the list. */
  chosen: readonly Mention[];
  /** Whom the message names that is being edited: they may be anywhere by now. */
  named: readonly Mention[];
  /** Who is here, or wrote what is shown. */
  people: readonly Mention[];
}

/** Who may be meant by a name, the likeliest first. */
export const whoMayBeMeant = ({ chosen, named, people }: Meant): readonly Mention[] => [
  ...chosen,
  ...named,
  ...people,
];

const namesIn = (nodes: readonly Inline[]): Set<string> =>
  new Set(
    nodes.flatMap((node) =>
      typeof node !== 'string' && node.type === 'mention' ? [node.text.slice(1)] : [],
    ),
  );

/** Whom a text calls out, of those who could be meant. Of two with one name the first is: the one who was chosen. */
export const mentionsIn = (text: string, people: readonly Mention[]): Found => {
  const known = new Map<string, Mention>();
  for (const person of people) if (!known.has(person.userName)) known.set(person.userName, person);
  const candidates = [...known.keys(), ...everyoneWords].map((name) => ({ name, isMe: false }));
  const names = namesIn(markMentions([text], candidates));
  return {
    mentions: [...known.values()]
      .filter(({ userName }) => names.has(userName))
      .slice(0, limits.maxMentions)
      .map(({ userId, userName }) => ({ userId, userName })),
    everyone: everyoneWords.some((word) => names.has(word)),
  };
};
