import { events, type ServerEvent, type ServerFrame } from '@boltorezka/protocol';
import type { Log } from './types.ts';

/** Parses an event by the contract. What this build does not know, and what breaks the contract, is left out. */
export const toServerEvent = (frame: ServerFrame, log: Log): ServerEvent | undefined => {
  if (!Object.hasOwn(events, frame.type)) return undefined;
  const type = frame.type as keyof typeof events;
  const parsed = events[type].payload.safeParse(frame.payload);
  if (parsed.success) return { type, payload: parsed.data } as ServerEvent;
  const paths = parsed.error.issues.slice(0, 5).map((issue) => issue.path.join('.'));
  log({ level: 'warn', message: 'An event that breaks the contract was ignored', fields: { type, paths } });
  return undefined;
};
