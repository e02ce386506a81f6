import type { RestMessage } from '@boltorezka/protocol';
import { fromRest, type SeenMessage } from './journal.ts';
import type { DeliveryStage } from './stage.ts';

/** All that is kept of a room, its threads included, in its order. */
const readHistory = async (stage: DeliveryStage, slug: string): Promise<SeenMessage[]> => {
  const token = stage.seats[0]?.account.token ?? '';
  const messages: SeenMessage[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: '100', ...(cursor !== null && { before: cursor }) });
    const response = await fetch(`${stage.url}/v1/rooms/${slug}/messages?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw new Error(`the history answered ${response.status}`);
    const page = (await response.json()) as { messages: RestMessage[]; next_cursor: string | null };
    messages.unshift(...page.messages.map(fromRest));
    cursor = page.next_cursor;
  } while (cursor !== null);
  return messages;
};

export const readHistories = async (
  stage: DeliveryStage,
  slugs: readonly string[],
): Promise<Map<string, SeenMessage[]>> => {
  const histories = new Map<string, SeenMessage[]>();
  for (const slug of slugs) histories.set(slug, await readHistory(stage, slug));
  return histories;
};
