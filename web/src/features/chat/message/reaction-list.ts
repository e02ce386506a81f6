import { limits, type Reaction } from '@boltorezka/sdk';

export const hasMine = (reactions: readonly Reaction[], emoji: string): boolean =>
  reactions.some((reaction) => reaction.emoji === emoji && reaction.isMine);

/** Whether one more kind of emoji would still be taken. */
export const hasRoomForMore = (reactions: readonly Reaction[]): boolean =>
  reactions.length < limits.maxReactionsPerMessage;

export interface Reactors {
  emoji: string;
  count: number;
  names: string[];
}

interface Answer {
  reactions: readonly { emoji: string; count: number; people: readonly { user_name: string }[] }[];
}

export const toReactors = ({ reactions }: Answer): Reactors[] =>
  reactions.map(({ emoji, count, people }) => ({
    emoji,
    count,
    names: people.map(({ user_name }) => user_name),
  }));
