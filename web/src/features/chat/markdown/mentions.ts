import type { Inline } from './inline-tree.ts';

/** A name that a text calls out, after an @. */
export interface NamedPerson {
  name: string;
  isMe: boolean;
}

/** What calls everybody of the room, in either language, whoever writes. */
export const everyoneWords = ['everyone', 'все'] as const;

const wordCharacter = /[\p{L}\p{N}_]/u;

/** Where a name of these stands after an @ in the text, the longest first: «Anna Berg» is not «Anna». */
const findMention = (text: string, at: number, people: readonly NamedPerson[]): NamedPerson | undefined => {
  if (wordCharacter.test(text[at - 1] ?? '')) return undefined;
  return people.find(
    ({ name }) =>
      text.startsWith(name, at + 1) && !wordCharacter.test([...text.slice(at + 1 + name.length)][0] ?? ''),
  );
};

const splitText = (text: string, people: readonly NamedPerson[]): Inline[] => {
  const pieces: Inline[] = [];
  let from = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const person = findMention(text, at, people);
    if (!person) continue;
    if (at > from) pieces.push(text.slice(from, at));
    pieces.push({ type: 'mention', text: `@${person.name}`, isMe: person.isMe });
    from = at + 1 + person.name.length;
  }
  if (from < text.length) pieces.push(text.slice(from));
  return pieces;
};

/** Finds the names that a message calls out; in code and in links an @ is what it is. */
export const markMentions = (nodes: readonly Inline[], people: readonly NamedPerson[]): Inline[] => {
  if (people.length === 0) return [...nodes];
  const longestFirst = people.toSorted((one, other) => other.name.length - one.name.length);
  return nodes.flatMap((node): Inline[] => {
    if (typeof node === 'string') return splitText(node, longestFirst);
    if (node.type === 'strong' || node.type === 'em' || node.type === 's') {
      return [{ ...node, children: markMentions(node.children, longestFirst) }];
    }
    return [node];
  });
};
