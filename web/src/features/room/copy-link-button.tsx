import { useTranslation } from 'react-i18next';
import { roomPath } from '../../lib/router.ts';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { IconButton } from '../../ui/button.tsx';

interface CopyLinkButtonProps {
  slug: string;
}

/** The way to bring somebody here. Where the page may not write to the clipboard, it shows what to copy. */
export const CopyLinkButton = ({ slug }: CopyLinkButtonProps) => {
  const { t } = useTranslation();
  const { toasts } = useServices();
  const copy = async (): Promise<void> => {
    const url = new URL(roomPath(slug), window.location.origin).href;
    try {
      await navigator.clipboard.writeText(url);
      toasts.show(t('room.linkCopied'));
    } catch {
      toasts.show(t('room.linkShown', { url }));
    }
  };
  return (
    <IconButton
      icon="link"
      label={t('room.copyLink')}
      data-testid="room-link"
      onClick={() => runQuietly(copy())}
    />
  );
};
