import { useTranslation } from 'react-i18next';
import { roomPath } from '../../lib/router.ts';
import { useServices } from '../../lib/services.tsx';

/** The way to bring somebody here. Where the page may not write to the clipboard, it shows what to copy. */
export const useCopyLink = (slug: string): (() => Promise<void>) => {
  const { t } = useTranslation();
  const { toasts } = useServices();
  return async () => {
    const url = new URL(roomPath(slug), window.location.origin).href;
    try {
      await navigator.clipboard.writeText(url);
      toasts.show(t('room.linkCopied'));
    } catch {
      toasts.show(t('room.linkShown', { url }));
    }
  };
};
