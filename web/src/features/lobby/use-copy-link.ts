import { useTranslation } from 'react-i18next';
import { copyText } from '../../lib/clipboard.ts';
import { roomPath } from '../../lib/router.ts';
import { useServices } from '../../lib/services.tsx';

/** The way to bring somebody here. Where the page may not write to the clipboard, it shows what to copy. */
export const useCopyLink = (slug: string): (() => Promise<void>) => {
  const { t } = useTranslation();
  const { toasts } = useServices();
  return async () => {
    const url = new URL(roomPath(slug), window.location.origin).href;
    toasts.show((await copyText(url)) ? t('room.linkCopied') : t('room.linkShown', { url }));
  };
};
