const dayMs = 24 * 60 * 60_000;

/** Sizes and times that both ends of the wire rely on. Bytes, characters, milliseconds, seconds: the name says which. */
export const limits = {
  /** The largest WebSocket message, and the largest REST body. */
  maxPayloadBytes: 64 * 1024,
  /** How deeply JSON may nest; real frames stay below ten. */
  maxJsonDepth: 32,
  maxFrameTypeLength: 64,
  maxRequestIdLength: 64,
  maxEmailLength: 254,
  minPasswordLength: 8,
  maxPasswordLength: 256,
  minUserNameLength: 2,
  maxUserNameLength: 120,
  minRoomSlugLength: 3,
  maxRoomSlugLength: 48,
  minRoomTitleLength: 3,
  maxRoomTitleLength: 120,
  maxChatTextLength: 4000,
  maxClientMessageIdLength: 64,
  maxHistoryPage: 100,
  maxRoomTopicLength: 500,
  maxRoomCategoryLength: 60,
  maxSlowModeS: 6 * 60 * 60,
  /** A reason for a ban, a mute or a report; a word with a request to be let in. */
  maxReasonLength: 500,
  maxMentions: 50,
  maxAttachmentsPerMessage: 10,
  /** Files that somebody has uploaded and not sent. */
  maxUnsentAttachments: 100,
  /** A client that could not send a message keeps it for so long before it asks its writer again, */
  unsentMessageMs: 7 * dayMs,
  /** and the files that were uploaded for it are there for longer. */
  unsentAttachmentMs: 8 * dayMs,
  maxAttachmentNameLength: 200,
  /** What an upload may be called; longer than `maxAttachmentNameLength`, it is shortened. */
  maxUploadNameLength: 1_000,
  /** The longer side of a thumbnail. */
  thumbnailPx: 480,
  /** What a picture of a person is made of may be so large. */
  maxPictureBytes: 10 * 1024 * 1024,
  /** Each side of a picture of a person. */
  picturePx: 256,
  /** People whose pictures are asked for at once. */
  maxPictureLookups: 100,
  /** UTF-16 code units: the longest emoji sequences of Unicode 17 have 35 bytes. */
  maxEmojiLength: 32,
  /** Different emoji on one message. */
  maxReactionsPerMessage: 20,
  maxPinsPerRoom: 100,
  /** More replies of a thread that nobody has read are not counted. */
  maxUnreadReplies: 100,
  /** Of so many threads of a room, those answered last, is known which hold something unread. */
  maxUnreadThreads: 200,
  /** What a quotation shows of its message. */
  maxExcerptLength: 200,
  maxLinkPreviews: 3,
  /** Of a link that is looked up. */
  maxLinkLength: 2_000,
  /** The longer side of a preview's picture. */
  previewPicturePx: 480,
  maxSearchLength: 200,
  maxSearchPage: 50,
  /** How often somebody who types should say so, and for how long the others show it. */
  typingIntervalMs: 3_000,
  typingShownMs: 6_000,
  /** More missed messages than this, and a returning client gets a snapshot instead. */
  maxReplayedMessages: 500,
  maxReplayedTextLength: 128 * 1024,
  /** How often a client should `ping`, and how long it waits for any frame before it calls the socket dead. */
  heartbeatIntervalMs: 15_000,
  heartbeatTimeoutMs: 10_000,
  /** How long transports that were prepared wait for somebody to join with them. */
  preparationMs: 60_000,
} as const;
