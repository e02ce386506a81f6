import type { Client, Store } from '@boltorezka/sdk';
import { createContext, useContext } from 'react';
import type { Files } from '../features/attachments/files.ts';
import type { UploadPlaces } from '../features/attachments/upload-places.ts';
import type { Colours } from '../features/chat/markdown/code/colours.ts';
import type { ParseInline } from '../features/chat/markdown/inline-tree.ts';
import type { EmojiChoice } from '../features/emoji/emoji-choice.ts';
import type { NotifyChoice } from '../features/notifications/notify-choice.ts';
import type { Attention } from './attention.ts';
import type { Faces } from './faces.ts';
import type { Parts } from './parts.ts';
import type { Preferences } from './preferences.ts';
import type { Router } from './router.ts';
import type { Memory } from './storage.ts';
import type { ThemeChoice } from './theme.ts';
import type { Toasts } from './toasts.ts';

/** What the components work with. `main.tsx` makes it, tests may make their own. */
export interface Services {
  client: Client;
  memory: Memory;
  preferences: Preferences;
  theme: ThemeChoice;
  router: Router;
  toasts: Toasts;
  files: Files;
  faces: Faces;
  uploads: UploadPlaces;
  /** Out of this browser, all that this person has written and not sent, also once they have signed out. */
  eraseWritten: (userId: string) => Promise<void>;
  parts: Parts;
  emoji: EmojiChoice;
  notify: NotifyChoice;
  attention: Attention;
  /** Reads the marks in messages. */
  marks: Store<{ parseInline: ParseInline } | null>;
  /** Reads the code in messages. */
  colours: Colours;
}

const ServicesContext = createContext<Services | null>(null);

export const ServicesProvider = ServicesContext.Provider;

export const useServices = (): Services => {
  const services = useContext(ServicesContext);
  if (!services) throw new Error('This component needs a ServicesProvider above it.');
  return services;
};
