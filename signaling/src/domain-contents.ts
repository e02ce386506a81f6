import { type AttachmentsConfig, createAttachments } from './attachments/index.ts';
import {
  createChatLimits,
  createChatRepository,
  createErasing,
  createMessageChanges,
  createThreadRoots,
  MessageWriter,
} from './chat/index.ts';
import { RoomActivityTeller } from './lobby/index.ts';
import { SentenceEndings } from './members/index.ts';
import type { Waiting } from './moderation/index.ts';
import { createPersonPictures } from './pictures/index.ts';
import type { Database } from './platform/db.ts';
import type { Logger } from './platform/log.ts';
import type { Metrics } from './platform/metrics.ts';
import { createPreviews, type PreviewWeb } from './previews/index.ts';
import { createReadRepository, createThreadReadRepository } from './reads/index.ts';
import { createDirectService, type RoomNews, RoomPurging } from './rooms/index.ts';
import { createSearch } from './search/index.ts';
import type { Publish } from './ws/publisher.ts';

export interface ContentsDeps {
  db: Database;
  sendPerSecond: number;
  /** For what is kept in files. */
  dataDir: string;
  attachments: AttachmentsConfig;
  /** Fetch what links in messages lead to. */
  hasLinkPreviews: boolean;
  /** What pictures of previews may take up together. */
  previewPictureBytes: number;
  /** Where those may be; left out, the internet. */
  web?: PreviewWeb | undefined;
  log: Logger;
  metrics: Metrics;
}

/** What is written, read, found and changed in rooms. */
export const createChat = (
  { db, log, metrics, sendPerSecond }: ContentsDeps,
  { publish, news, waiting }: { publish: Publish; news: RoomNews; waiting: Waiting },
) => ({
  writer: new MessageWriter({ db, onGroupWritten: () => metrics.messageGroups.inc() }),
  messages: createChatRepository(db),
  changes: createMessageChanges(db),
  erasing: createErasing({ db, publish }),
  reads: createReadRepository(db),
  threadReads: createThreadReadRepository(db),
  search: createSearch(db),
  chatLimits: createChatLimits(sendPerSecond),
  threadRoots: createThreadRoots((messageId) => createChatRepository(db).findRootRoom(messageId)),
  activity: new RoomActivityTeller({ publish }),
  direct: createDirectService({ db, log, news }),
  endings: new SentenceEndings({ db, log, news, waiting }),
  purging: new RoomPurging({ db, log }),
});

/** Files in messages, pictures of people, and pages that messages name. */
export const createContents = (deps: ContentsDeps, publish: Publish) => {
  const { db, log } = deps;
  const attachments = createAttachments({ ...{ db, log }, config: deps.attachments, dataDir: deps.dataDir });
  return {
    attachments,
    pictures: createPersonPictures({ db, files: attachments }),
    previews: createPreviews({
      ...{ db, publish, log },
      ...{ isOn: deps.hasLinkPreviews, web: deps.web },
      ...{ files: attachments, maxPictureBytes: deps.previewPictureBytes },
      loadMessage: (id, tx) => createChatRepository(tx).byId(id),
    }),
  };
};
