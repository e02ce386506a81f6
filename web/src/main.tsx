import { createClient } from '@boltorezka/sdk';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { createI18n } from './i18n/index.ts';
import { createPreferences } from './lib/preferences.ts';
import { createRouter } from './lib/router.ts';
import { runQuietly } from './lib/run.ts';
import type { Services } from './lib/services.tsx';
import { createMemory } from './lib/storage.ts';
import { createThemeChoice } from './lib/theme.ts';
import { createToasts } from './lib/toasts.ts';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';

const tokenKey = 'boltorezka.token';

const createServices = (): Services => {
  const memory = createMemory(() => window.localStorage);
  const preferences = createPreferences(memory);
  const client = createClient({
    baseUrl: window.location.origin,
    storage: { load: () => memory.load(tokenKey), save: (token) => memory.save(tokenKey, token) },
    voice: { iceTransportPolicy: preferences.loadRelayOnly() ? 'relay' : 'all' },
  });
  runQuietly(client.voice.setMicrophone(preferences.loadMicrophone()));
  const theme = createThemeChoice({ memory, root: document.documentElement });
  return { client, memory, preferences, theme, router: createRouter(window), toasts: createToasts() };
};

const start = async (): Promise<void> => {
  const root = document.getElementById('root');
  if (!root) throw new Error('index.html has no #root');
  const services = createServices();
  const { memory } = services;
  const i18n = await createI18n({ memory, preferred: navigator.languages, document });
  createRoot(root).render(
    <StrictMode>
      <App services={services} i18n={i18n} />
    </StrictMode>,
  );
};

void start();
