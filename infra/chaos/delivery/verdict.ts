import type { Alteration, Attempt, Change, ClientJournal, SeenMessage } from './journal.ts';

/** What came of all that was written; of the four lists none may hold anything. */
export interface Verdict {
  attempted: number;
  acked: number;
  /** Messages that clients show, all of them together. */
  observed: number;
  lost: string[];
  invented: string[];
  doubled: string[];
  reordered: string[];
}

export const isWhole = ({ lost, invented, doubled, reordered }: Verdict): boolean =>
  [lost, invented, doubled, reordered].every((faults) => faults.length === 0);

interface Written extends Attempt {
  userId: string;
  /** Every text that the message may have had. */
  texts: Set<string>;
}

interface Case {
  verdict: Verdict;
  journals: ClientJournal[];
  histories: ReadonlyMap<string, SeenMessage[]>;
  written: Map<string, Written>;
  names: Map<string, string>;
}

const collectWritten = (journals: ClientJournal[]): Map<string, Written> => {
  const written = new Map<string, Written>();
  for (const { userId, attempts, changes } of journals) {
    for (const attempt of attempts)
      written.set(attempt.name, { ...attempt, userId, texts: new Set([attempt.text]) });
    for (const { name, alteration } of changes) {
      if (alteration.kind === 'edit') written.get(name)?.texts.add(alteration.text);
      if (alteration.kind === 'delete') written.get(name)?.texts.add('');
    }
  }
  return written;
};

/** What a deleted message was called is known to its author. */
const nameIn = ({ names }: Case, { id, name }: SeenMessage): string =>
  name ?? names.get(id) ?? `unnamed ${id}`;

/** A list of a room's messages, by itself: whose they are, each once, in order. */
const judgeList = (given: Case, where: string, list: readonly SeenMessage[]): void => {
  const { verdict, written } = given;
  const seen = new Set<string>();
  let before = -1;
  for (const message of list) {
    const name = nameIn(given, message);
    const attempt = written.get(name);
    if (!attempt || attempt.userId !== message.userId || !attempt.texts.has(message.text))
      verdict.invented.push(`${where}: ${name}, "${message.text}"`);
    for (const key of [`name ${name}`, `id ${message.id}`, `position ${message.seq}`]) {
      if (seen.has(key)) verdict.doubled.push(`${where}: ${name}, ${key}`);
      seen.add(key);
    }
    if (message.seq < before) verdict.reordered.push(`${where}: ${name} stands after what follows it`);
    before = message.seq;
  }
};

/** Who sends one message after another has them in that order. */
const judgeSenders = (given: Case, roomSlug: string, history: readonly SeenMessage[]): void => {
  const places = new Map(history.map((message, place) => [nameIn(given, message), place]));
  for (const { clientName, attempts } of given.journals) {
    let before = -1;
    for (const attempt of attempts) {
      const place = attempt.roomSlug === roomSlug ? places.get(attempt.name) : undefined;
      if (place === undefined) continue;
      if (place < before)
        given.verdict.reordered.push(`history of ${roomSlug}: ${attempt.name} overtook one of ${clientName}`);
      before = Math.max(before, place);
    }
  }
};

/** What of a message a change is about: the later one counts. */
const slotOf = ({ name, alteration }: Change): string => {
  const { kind } = alteration;
  return `${name} ${kind === 'edit' || kind === 'delete' ? 'text' : kind === 'react' ? alteration.emoji : kind}`;
};

/** Of what was deleted, or may have been, nothing else is asked. */
const latestOf = (changes: readonly Change[]): Change[] => {
  const deleted = new Set(
    changes.filter(({ alteration }) => alteration.kind === 'delete').map(({ name }) => name),
  );
  const latest = new Map(changes.map((change) => [slotOf(change), change]));
  return [...latest.values()].filter(
    ({ name, alteration }) => alteration.kind === 'delete' || !deleted.has(name),
  );
};

const isAltered = (message: SeenMessage, alteration: Alteration): boolean => {
  switch (alteration.kind) {
    case 'edit':
      return message.text === alteration.text;
    case 'delete':
      return message.isDeleted;
    case 'pin':
      return message.isPinned === alteration.isPinned;
    case 'react':
      return message.reactions.some((told) => told.startsWith(`${alteration.emoji} `)) === alteration.isSet;
    default:
      return alteration satisfies never;
  }
};

/** What a client was promised is in the history, at the place and with the text that it was promised. */
const judgePromises = (given: Case, journal: ClientJournal): void => {
  const { verdict, histories } = given;
  const stored = new Map([...histories.values()].flat().map((message) => [message.id, message]));
  for (const [name, { id, seq }] of journal.acked) {
    const message = stored.get(id);
    if (!message) verdict.lost.push(`history: ${name}, which ${journal.clientName} was told is kept`);
    else if (message.seq !== seq)
      verdict.reordered.push(`history: ${name} is at ${message.seq}, not at ${seq}`);
  }
  for (const { name, alteration, isAcked } of latestOf(journal.changes)) {
    const message = stored.get(journal.acked.get(name)?.id ?? '');
    if (isAcked && message && !isAltered(message, alteration))
      verdict.lost.push(`history: the last ${alteration.kind} of ${name}`);
  }
  for (const name of journal.stuck)
    verdict.lost.push(`${journal.clientName}: ${name} was never acknowledged, nor refused`);
  verdict.lost.push(...journal.miscounted);
  for (const refusal of journal.refused) verdict.lost.push(`${journal.clientName}: refused, ${refusal}`);
};

const lookOf = ({ text, isDeleted, isPinned, reactions, replyCount }: SeenMessage): string =>
  JSON.stringify([text, isDeleted, isPinned, reactions, replyCount]);

const isSame = (one: SeenMessage, other: SeenMessage): boolean => lookOf(one) === lookOf(other);

/** What is left of replies that were deleted, all of a thread, is nowhere to be seen: nothing leads to an empty thread. */
const isOutOfSight = (
  { isDeleted, threadRootId }: SeenMessage,
  replyCounts: ReadonlyMap<string, number>,
): boolean => isDeleted && threadRootId !== undefined && replyCounts.get(threadRootId) === 0;

/** A client shows what the history holds: all of it, as it is, and nothing else. */
const judgeView = (given: Case, journal: ClientJournal, roomSlug: string): void => {
  const { verdict, histories } = given;
  const where = `${journal.clientName} in ${roomSlug}`;
  const view = journal.views.get(roomSlug) ?? [];
  judgeList(given, where, view);
  const shown = new Map(view.map((message) => [message.id, message]));
  const stored = histories.get(roomSlug) ?? [];
  const replyCounts = new Map(stored.map(({ id, replyCount }) => [id, replyCount]));
  for (const message of stored) {
    const own = shown.get(message.id);
    if (!own && isOutOfSight(message, replyCounts)) continue;
    if (!own) verdict.lost.push(`${where}: ${nameIn(given, message)} is not shown`);
    else if (!isSame(own, message)) verdict.lost.push(`${where}: a change of ${nameIn(given, message)}`);
  }
  const ids = new Set(stored.map(({ id }) => id));
  for (const message of view) {
    if (!ids.has(message.id)) verdict.invented.push(`${where}: ${nameIn(given, message)} is in no history`);
  }
};

/** Compares what was attempted, acknowledged, shown and kept. */
export const judgeDelivery = (
  journals: ClientJournal[],
  histories: ReadonlyMap<string, SeenMessage[]>,
  { isOneProcess }: { isOneProcess: boolean },
): Verdict => {
  const verdict: Verdict = {
    attempted: journals.reduce((sum, { attempts, changes }) => sum + attempts.length + changes.length, 0),
    acked: journals.reduce(
      (sum, { acked, changes }) => sum + acked.size + changes.filter(({ isAcked }) => isAcked).length,
      0,
    ),
    observed: journals.flatMap(({ views }) => [...views.values()]).flat().length,
    ...{ lost: [], invented: [] },
    doubled: journals.flatMap(({ twice }) => twice),
    reordered: journals.flatMap(({ disordered, overtaken }) => [
      ...disordered,
      ...(isOneProcess ? overtaken : []),
    ]),
  };
  const names = new Map(
    journals.flatMap(({ acked }) => [...acked].map(([name, { id }]) => [id, name] as const)),
  );
  const given: Case = { verdict, journals, histories, written: collectWritten(journals), names };
  for (const [roomSlug, history] of histories) {
    judgeList(given, `history of ${roomSlug}`, history);
    judgeSenders(given, roomSlug, history);
    for (const journal of journals) judgeView(given, journal, roomSlug);
  }
  for (const journal of journals) judgePromises(given, journal);
  return verdict;
};
