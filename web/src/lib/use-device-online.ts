import { useSyncExternalStore } from 'react';

const subscribe = (listener: () => void): (() => void) => {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
};

/** Whether the device has a network at all, as far as the browser knows. */
export const useDeviceOnline = (): boolean => useSyncExternalStore(subscribe, () => navigator.onLine);
