import { useTranslation } from 'react-i18next';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';

/** Offers notifications, once, to somebody who was named for the first time; what they say is remembered. */
export const NotifyPrompt = () => {
  const { t } = useTranslation();
  const { client, notify } = useServices();
  const { isWanted, permission } = useStore(notify.state);
  const { entries } = useStore(client.inbox.state);
  if (isWanted !== null || permission !== 'default' || entries.length === 0) return null;
  return (
    <Notice
      wide
      tone="info"
      icon="bell"
      testId="notify-prompt"
      action={
        <Button data-testid="notify-enable" onClick={() => runQuietly(notify.enable())}>
          {t('notify.enable')}
        </Button>
      }
      onDismiss={() => notify.disable()}
    >
      {t('notify.prompt')}
    </Notice>
  );
};
