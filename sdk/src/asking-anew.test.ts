import type { ServerEvent } from '@boltorezka/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AskingAnew, createAskingAnew } from './asking-anew.ts';
import { createStore, type WritableStore } from './store.ts';
import type { ConnectionState } from './types.ts';

const at = (status: ConnectionState['status']) => ({ status }) as ConnectionState;

describe('asking anew for what may have been missed', () => {
  let state: WritableStore<ConnectionState>;
  let tell: (event: ServerEvent) => void;
  let isSignedIn: boolean;
  let asked: string[];
  let news: AskingAnew;
  const resync = () => tell({ type: 'server.resync', payload: { spreadMs: 20 } });

  beforeEach(() => {
    state = createStore(at('online'));
    isSignedIn = true;
    asked = [];
    const onEvent = (listener: typeof tell) => {
      tell = listener;
      return () => {
        tell = () => undefined;
      };
    };
    news = createAskingAnew({
      connection: { state, onEvent },
      isSignedIn: () => isSignedIn,
      onOnline: () => asked.push('online'),
      onResync: (spreadMs) => asked.push(`resync ${spreadMs}`),
    });
    news.restart();
  });

  it('is each time that the socket stands again, and when the server says so', () => {
    state.set(at('reconnecting'));
    expect(news.isOnline()).toBe(false);
    state.set(at('online'));
    state.set(at('online'));
    resync();
    expect(asked).toEqual(['online', 'online', 'resync 20']);
  });

  it('is not while nobody is signed in, and is at once for whoever is next', () => {
    isSignedIn = false;
    news.restart();
    state.set(at('reconnecting'));
    state.set(at('online'));
    resync();
    expect([asked, news.isOnline()]).toEqual([['online'], false]);
    isSignedIn = true;
    news.restart();
    expect(asked).toEqual(['online', 'online']);
  });

  it('ends', () => {
    news.stop();
    state.set(at('reconnecting'));
    state.set(at('online'));
    resync();
    expect(asked).toEqual(['online']);
  });
});
