import type { VoiceState } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { IconButton } from '../../ui/button.tsx';
import styles from './voice.module.css';

const CallControls = ({ muted, deafened }: VoiceState) => {
  const { t } = useTranslation();
  const { voice } = useServices().client;
  return (
    <div className={styles.controls}>
      <IconButton
        variant="secondary"
        icon={muted ? 'micOff' : 'mic'}
        label={t('voice.mute')}
        aria-pressed={muted}
        data-testid="voice-mute"
        onClick={() => runQuietly(voice.setMuted(!muted))}
      />
      <IconButton
        variant="secondary"
        icon={deafened ? 'headphonesOff' : 'headphones'}
        label={t('voice.deafen')}
        aria-pressed={deafened}
        data-testid="voice-deafen"
        onClick={() => runQuietly(voice.setDeafened(!deafened))}
      />
      <IconButton
        variant="danger"
        icon="leave"
        label={t('voice.leave')}
        data-testid="voice-leave"
        onClick={() => runQuietly(voice.leave())}
      />
    </div>
  );
};

/** The call I am in, with its controls, whatever room I am reading. */
export const CallBar = () => {
  const { t } = useTranslation();
  const { client, router } = useServices();
  const voice = useStore(client.voice.state);
  const { rooms } = useStore(client.rooms.state);
  const { status, roomSlug } = voice;
  if (status === 'idle' || roomSlug === null) return null;
  const title = rooms.find((room) => room.slug === roomSlug)?.title ?? roomSlug;
  return (
    <section className={styles.bar} aria-label={t('voice.call')} data-testid="call-bar" data-status={status}>
      <button
        type="button"
        className={styles.barRoom}
        aria-label={t('voice.goToRoom', { room: title })}
        onClick={() => router.openRoom(roomSlug)}
      >
        <span className={styles.barStatus} role="status">
          {t(`voice.status.${status}`)}
        </span>
        <span className={styles.barTitle}>{title}</span>
      </button>
      <CallControls {...voice} />
    </section>
  );
};
