import type { Page } from 'puppeteer-core';
import { accountScenes } from './scenes-of-accounts.ts';
import { callScenes } from './scenes-of-calls.ts';
import { chatScenes } from './scenes-of-chat.ts';
import { edgeScenes } from './scenes-of-edges.ts';
import { entryScenes } from './scenes-of-entry.ts';
import { messageScenes } from './scenes-of-messages.ts';
import { roomScenes } from './scenes-of-rooms.ts';
import { troubleScenes } from './scenes-of-trouble.ts';
import type { Stage, Variant } from './stage.ts';

/** A view or a state of the page, and the way to it. */
export interface Scene {
  name: string;
  /** Where it looks the same, or is not to be had, at the other width. */
  only?: 'phone' | 'desktop';
  /** What is built as its like beside it is, and left out where axe looks at the others. */
  repeats?: string;
  open(stage: Stage, variant: Variant): Promise<Page>;
}

/** Every view and state that the page has. */
export const scenes: readonly Scene[] = [
  ...entryScenes,
  ...accountScenes,
  ...chatScenes,
  ...messageScenes,
  ...edgeScenes,
  ...roomScenes,
  ...callScenes,
  ...troubleScenes,
];
