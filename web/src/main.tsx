import { type Client, createBrowserOutbox, createClient } from '@boltorezka/sdk';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { createFiles, type Files } from './features/attachments/files.ts';
import { keepPageFromDrops, keepPageWhile } from './features/attachments/keep-page.ts';
import { createSendAway } from './features/attachments/send-away.ts';
import { createUploadPlaces } from './features/attachments/upload-places.ts';
import { createColours } from './features/chat/markdown/code/colours.ts';
import { createEmojiChoice } from './features/emoji/emoji-choice.ts';
import { createNotifyChoice } from './features/notifications/notify-choice.ts';
import { createI18n } from './i18n/index.ts';
import { createAttention } from './lib/attention.ts';
import { createFaces } from './lib/faces.ts';
import { createLazyModule } from './lib/lazy-module.ts';
import { createParts } from './lib/parts.ts';
import { createPreferences } from './lib/preferences.ts';
import { createRouter } from './lib/router.ts';
import { runQuietly } from './lib/run.ts';
import type { Services } from './lib/services.tsx';
import { createMemory, followStorage } from './lib/storage.ts';
import { createThemeChoice } from './lib/theme.ts';
import { createToasts } from './lib/toasts.ts';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';

/** Says that somebody is signed in here; the secret is in a cookie. Pages of before kept a token under this name. */
const sessionKey = 'boltorezka.token';

/** The words first: what draws their marks must not take the line from them. */
const nextPaint = (): Promise<unknown> =>
  new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

const createUploads = (client: Client, files: Files) =>
  createUploadPlaces({
    ...files,
    connection: client.connection,
    sendAway: createSendAway(client),
    isReachable: (roomSlug) => {
      const { status, rooms } = client.rooms.state.get();
      return status !== 'ready' || rooms.some(({ slug }) => slug === roomSlug);
    },
  });

const createServices = (): Services => {
  const memory = createMemory(() => window.localStorage);
  const preferences = createPreferences(memory);
  const outbox = createBrowserOutbox();
  const client = createClient({
    marksRead: true,
    baseUrl: window.location.origin,
    storage: { load: () => memory.load(sessionKey), save: (value) => memory.save(sessionKey, value) },
    session: 'cookie',
    outbox,
    draftStorage: { ...memory, follow: followStorage(window) },
    voice: { iceTransportPolicy: preferences.loadRelayOnly() ? 'relay' : 'all' },
  });
  runQuietly(client.voice.setMicrophone(preferences.loadMicrophone()));
  const theme = createThemeChoice({ memory, root: document.documentElement });
  const files = createFiles({ transport: client.attachments });
  return {
    client,
    memory,
    preferences,
    theme,
    router: createRouter(window),
    toasts: createToasts(),
    files,
    faces: createFaces({ transport: client.pictures }),
    uploads: createUploads(client, files),
    eraseWritten: async (userId) => {
      client.drafts.erase(userId);
      await outbox.erase(userId);
    },
    parts: createParts(document),
    emoji: createEmojiChoice(memory),
    notify: createNotifyChoice(memory),
    attention: createAttention(window),
    marks: createLazyModule(async () => {
      await nextPaint();
      return import('./features/chat/markdown/inline.ts');
    }),
    colours: createColours({
      startWorker: () =>
        new Worker(new URL('./features/chat/markdown/code/colour-worker.ts', import.meta.url), {
          type: 'module',
        }),
      deadlineMs: 1000,
    }),
  };
};

const start = async (): Promise<void> => {
  const root = document.getElementById('root');
  if (!root) throw new Error('index.html has no #root');
  const services = createServices();
  const { memory, uploads } = services;
  keepPageFromDrops(window);
  keepPageWhile(window, uploads.hasUnsent);
  // Reading the script was one long task, drawing is the next: between them the browser may answer a hand or a key.
  await new Promise((resolve) => setTimeout(resolve));
  const i18n = await createI18n({ memory, preferred: navigator.languages, document });
  createRoot(root).render(
    <StrictMode>
      <App services={services} i18n={i18n} />
    </StrictMode>,
  );
};

void start();
