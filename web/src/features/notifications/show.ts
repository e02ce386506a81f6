import type { Router } from '../../lib/router.ts';

/** A notification, and where a click on it leads. */
export interface Notice {
  title: string;
  body: string;
  /** It takes the place of an earlier one with the same. */
  tag: string;
  path: string;
}

export type Show = (notice: Notice) => Promise<void>;

const worker = '/notify-worker.js';
const icon = '/icon-192.png';

const showInPage = ({ title, path, ...shown }: Notice, router: Router): void => {
  const notification = new Notification(title, { ...shown, icon });
  notification.addEventListener('click', () => {
    window.focus();
    notification.close();
    router.openPath(path);
  });
};

/**
 * Shows notifications by a service worker, which does nothing else: phones show no others, and a click on one finds the
 * page again, or opens it. Where there are no workers the page shows them itself.
 */
export const createShow = (router: Router, navigator: Navigator): { show: Show; close: () => void } => {
  const workers = 'serviceWorker' in navigator ? navigator.serviceWorker : null;
  const handleMessage = ({ data }: MessageEvent): void => {
    if (typeof data?.openPath === 'string') router.openPath(data.openPath);
  };
  workers?.addEventListener('message', handleMessage);
  return {
    show: async (notice) => {
      if (!workers) return showInPage(notice, router);
      const { title, path, ...shown } = notice;
      await workers.register(worker);
      const registration = await workers.ready;
      // Without `renotify` the second of a room would take the first one's place in silence.
      const options: NotificationOptions & { renotify: boolean } = { ...shown, renotify: true, icon };
      await registration.showNotification(title, { ...options, data: { path } });
    },
    close: () => workers?.removeEventListener('message', handleMessage),
  };
};
