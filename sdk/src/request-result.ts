import { type RequestResult, type RequestType, requests } from '@boltorezka/protocol';
import type { Log } from './types.ts';

/** What an ack says, as the contract has it. */
export const toResult = <T extends RequestType>(type: T, payload: unknown, log: Log): RequestResult<T> => {
  const parsed = requests[type].result.safeParse(payload);
  if (parsed.success) return parsed.data as RequestResult<T>;
  // A newer server may have widened the shape; what it sends is still the best that there is.
  log({ level: 'warn', message: 'An answer does not fit the contract', fields: { type } });
  return payload as RequestResult<T>;
};
