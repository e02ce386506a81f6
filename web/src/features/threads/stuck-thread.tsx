import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';

interface StuckThreadProps {
  roomSlug: string;
  onOpen: (rootId: string) => void;
}

/** The way to the thread where a message did not go: one that would have begun it stands in no list of threads. */
export const StuckThread = ({ roomSlug, onOpen }: StuckThreadProps) => {
  const { t } = useTranslation();
  const stuck = useStore(useServices().uploads.stuck);
  const rootId = stuck.find((place) => place.roomSlug === roomSlug && place.threadRootId)?.threadRootId;
  if (rootId === undefined) return null;
  return (
    <Notice
      wide
      tone="warning"
      testId="thread-stuck"
      action={<Button onClick={() => onOpen(rootId)}>{t('thread.open')}</Button>}
    >
      {t('thread.stuck')}
    </Notice>
  );
};
