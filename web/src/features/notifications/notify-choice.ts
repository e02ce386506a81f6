import { createStore, type Store } from '@boltorezka/sdk';
import type { Memory } from '../../lib/storage.ts';

const shownKey = 'boltorezka.notify';
const soundKey = 'boltorezka.notifySound';

export interface NotifyState {
  /** Whether somebody wants notifications on this device; null: they have not said. */
  isWanted: boolean | null;
  hasSound: boolean;
  permission: NotificationPermission | 'unsupported';
}

/** Whether this device tells of what is written while nobody looks, and how loudly. */
export interface NotifyChoice {
  state: Store<NotifyState>;
  /** After a click alone: the browser asks then. */
  enable(): Promise<void>;
  disable(): void;
  setSound(hasSound: boolean): void;
}

export interface NotificationApi {
  permission: () => NotifyState['permission'];
  ask: () => Promise<NotificationPermission>;
}

const browserApi: NotificationApi = {
  permission: () => ('Notification' in globalThis ? Notification.permission : 'unsupported'),
  ask: () => Notification.requestPermission(),
};

const parseFlag = (text: string | null): boolean | null => (text === null ? null : text === 'true');

export const createNotifyChoice = (memory: Memory, api: NotificationApi = browserApi): NotifyChoice => {
  const state = createStore<NotifyState>({
    isWanted: parseFlag(memory.load(shownKey)),
    hasSound: parseFlag(memory.load(soundKey)) ?? false,
    permission: api.permission(),
  });
  const change = (fields: Partial<NotifyState>): void => state.set({ ...state.get(), ...fields });
  const want = (isWanted: boolean): void => {
    memory.save(shownKey, String(isWanted));
    change({ isWanted });
  };
  return {
    state,
    async enable() {
      if (api.permission() === 'unsupported') return;
      const permission = await api.ask();
      change({ permission });
      want(permission === 'granted');
    },
    disable: () => want(false),
    setSound(hasSound) {
      memory.save(soundKey, String(hasSound));
      change({ hasSound });
    },
  };
};
