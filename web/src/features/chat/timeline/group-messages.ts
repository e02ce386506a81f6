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

type DayOf = (date: Date) => string;
type DayOfMessage = (message: TimelineMessage) => { name: string; date: Date };

const createDays = (dayOf: DayOf): DayOfMessage => {
  const known = new WeakMap<TimelineMessage, { name: string; date: Date }>();
  return (message) => {
    const found = known.get(message);
    if (found) return found;
    const date = new Date(message.createdAt);
    const day = { name: dayOf(date), date };
    known.set(message, day);
    return day;
  };
};

const daysBy = new WeakMap<DayOf, DayOfMessage>();

/** Worked out once for each message: a list is laid out anew with every message that comes. */
const daysOf = (dayOf: DayOf): DayOfMessage => {
  const days = daysBy.get(dayOf) ?? createDays(dayOf);
  daysBy.set(dayOf, days);
  return days;
};

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
  dayOf: DayOf = localDay,
): MessageDay[] => {
  const days: MessageDay[] = [];
  const timesSeen = new Map<string, number>();
  const dayOfMessage = daysOf(dayOf);
  for (const message of messages) {
    const { key, userId, userName, createdAt } = message;
    const { name, date } = dayOfMessage(message);
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
