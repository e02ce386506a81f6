import type { Mention } from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';
import {
  type Facts,
  type StoredMessage,
  selectFacts,
  selectReaders,
  selectStored,
} from './facts-repository.ts';
import { selectEarlier, selectUnsentAttachments, type UnsentAttachment } from './group-insert-repository.ts';
import type { NamedMessage } from './new-message.ts';

/** All that decides what becomes of a group's messages. */
export interface GroupContext {
  facts: Map<string, Facts>;
  /** By retry key: the id of the message that was written under that name. */
  earlier: Map<string, string>;
  /** What is answered, and whose threads are written to. */
  referred: Map<string, StoredMessage>;
  readers: Map<string, Mention>;
  attachments: Map<string, UnsentAttachment>;
}

/** Read under the locks of their rooms. Plain messages ask for facts and earlier ones of their names alone. */
export const readGroupContext = async (tx: Queryable, group: NamedMessage[]): Promise<GroupContext> => {
  const facts = await selectFacts(tx, group);
  const earlier = await selectEarlier(tx, group);
  const referred = group.flatMap(({ replyTo, threadRootId }) =>
    [replyTo, threadRootId].filter((id) => id !== undefined),
  );
  const named = group.flatMap(({ roomId, mentions }) =>
    (mentions ?? []).map((userId) => ({ roomId, userId })),
  );
  const attachmentIds = group.flatMap((entry) => entry.attachmentIds ?? []);
  return {
    facts,
    earlier,
    referred: await selectStored(tx, referred),
    readers: await selectReaders(tx, named),
    attachments: await selectUnsentAttachments(tx, attachmentIds),
  };
};
