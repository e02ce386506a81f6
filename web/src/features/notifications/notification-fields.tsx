import { useTranslation } from 'react-i18next';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Choice } from '../../ui/field.tsx';
import { playNotifySound } from './sound.ts';

/** Whether and how this device tells of what is written. The browser is asked when somebody ticks the box. */
export const NotificationFields = () => {
  const { t } = useTranslation();
  const { notify } = useServices();
  const { isWanted, hasSound, permission } = useStore(notify.state);
  const isShown = isWanted === true && permission === 'granted';
  const hint = () => {
    if (permission === 'unsupported') return t('notify.unsupported');
    return permission === 'denied' ? t('notify.denied') : t('notify.hint');
  };
  return (
    <>
      <Choice
        type="checkbox"
        label={t('notify.show')}
        hint={hint()}
        data-testid="setting-notify"
        disabled={permission === 'unsupported' || permission === 'denied'}
        checked={isShown}
        onChange={(event) => {
          if (event.target.checked) runQuietly(notify.enable());
          else notify.disable();
        }}
      />
      <Choice
        type="checkbox"
        label={t('notify.sound')}
        data-testid="setting-notify-sound"
        disabled={!isShown}
        checked={hasSound}
        onChange={(event) => {
          notify.setSound(event.target.checked);
          if (event.target.checked) playNotifySound();
        }}
      />
    </>
  );
};
