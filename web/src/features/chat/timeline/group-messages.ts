import type { TimelineMessage } from '@boltorezka/sdk';

export interface MessageGroup {
  key: string;
  userId: string;
  userName: string;
  startedAt: string;
  messages: TimelineMessage[];
}

export interface MessageDay {
  /** Unlike any other's. */
  key: string;
  name: string;
  date: Date;
  groups: MessageGroup[];
}

/** After this long a silence the same author is named again. */
const groupGapMs = 5 * 60_000;

/** The calendar day where the reader is. */
const localDay = (date: Date): string => `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;

const continues = (group: MessageGroup | undefined, message: TimelineMessage): group is MessageGroup => {
  const previous = group?.messages.at(-1);
  // An answer begins with what it answers: its author is named below that.
  if (message.replyTo !== null) return false;
  if (group?.userId !== message.userId || !previous) return false;
  return Date.parse(message.createdAt) - Date.parse(previous.createdAt) <= groupGapMs;
};

/** Lays a room's messages out by day and by author, in the order they came. */
export const groupMessages = (
  messages: readonly TimelineMessage[],
  dayOf: (date: Date) => string = localDay,
): MessageDay[] => {
  const days: MessageDay[] = [];
  const timesSeen = new Map<string, number>();
  for (const message of messages) {
    const { key, userId, userName, createdAt } = message;
    const date = new Date(createdAt);
    const name = dayOf(date);
    let day = days.at(-1);
    if (day?.name !== name) {
      // Where clocks differ, a day may come twice: each section still needs a key of its own.
      const times = timesSeen.get(name) ?? 0;
      timesSeen.set(name, times + 1);
      day = { key: times === 0 ? name : `${name} ${times}`, name, date, groups: [] };
      days.push(day);
    }
    const group = day.groups.at(-1);
    if (continues(group, message)) group.messages.push(message);
    else day.groups.push({ key, userId, userName, startedAt: createdAt, messages: [message] });
  }
  return days;
};
