import type { Client, VoiceState } from '@boltorezka/sdk';
import { type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { useCaughtFocus } from '../../lib/use-caught-focus.ts';
import { ariaShortcut, shortcutLabel, useShortcut } from '../../lib/use-shortcut.ts';
import { useStore } from '../../lib/use-store.ts';
import { IconButton } from '../../ui/button.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Spoken } from '../../ui/spoken.tsx';
import styles from './voice.module.css';

/** Browsers have it for something of their own: it is theirs again when the call is over. */
const muteShortcut = { code: 'KeyM', shift: true };

/** How my microphone is by now: a moderator may hold it silent, and the server may have refused. */
const microphoneText = ({ auth, rooms, voice }: Client) => {
  const { muted, roomSlug } = voice.state.get();
  if (muted || roomSlug === null) return 'voice.muted';
  const room = rooms.open(roomSlug);
  const { participants } = room.state.get();
  room.close();
  const me = participants.find(({ userId }) => userId === auth.state.get().user?.id);
  return me?.mutedByServer ? 'voice.person.mutedByServer' : 'voice.unmuted';
};

/** Mutes and unmutes by key, wherever in the page one is, and says so: the button that shows it does not have the focus. */
const MuteKey = ({ muted }: Pick<VoiceState, 'muted'>) => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  const [said, setSaid] = useState({ text: '', times: 0 });
  const say = (): void => {
    const text = t(microphoneText(client));
    // What lies under a dialog is neither seen nor heard.
    if (toasts.place.get().dialog) toasts.show(text);
    else setSaid(({ times }) => ({ text, times: times + 1 }));
  };
  useShortcut(muteShortcut, () => {
    const done = client.voice.setMuted(!muted);
    // Mine to silence at once; whether others hear me again is for the server to say.
    runQuietly(muted ? done.then(say) : done);
    if (!muted) say();
  });
  return (
    <Spoken testId="voice-said">
      {/* Another one each time: the same words are read again. */}
      <span key={said.times}>{said.text}</span>
    </Spoken>
  );
};

interface CallControlsProps extends Pick<VoiceState, 'muted' | 'deafened'> {
  muteRef: RefObject<HTMLButtonElement | null>;
}

const CallControls = ({ muted, deafened, muteRef }: CallControlsProps) => {
  const { t } = useTranslation();
  const { voice } = useServices().client;
  return (
    <div className={styles.controls}>
      <MuteKey muted={muted} />
      <IconButton
        ref={muteRef}
        variant="secondary"
        icon={muted ? 'micOff' : 'mic'}
        label={t('voice.mute')}
        title={t('voice.muteHint', { keys: shortcutLabel(muteShortcut) })}
        aria-keyshortcuts={ariaShortcut(muteShortcut)}
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

const statusIcons: Record<VoiceState['status'], IconName> = {
  idle: 'sound',
  joining: 'reconnecting',
  connected: 'sound',
  reconnecting: 'reconnecting',
};

/** The one line that says how the call is, and what is being come back from. */
const statusKey = ({ status, interruptedBy }: VoiceState) => {
  if (status === 'idle') return null;
  return status === 'reconnecting' && interruptedBy
    ? (`voice.interruptedBy.${interruptedBy}` as const)
    : (`voice.status.${status}` as const);
};

interface CallProps {
  voice: VoiceState;
  roomSlug: string;
  muteRef: RefObject<HTMLButtonElement | null>;
}

const Call = ({ voice, roomSlug, muteRef }: CallProps) => {
  const { t } = useTranslation();
  const { client, router } = useServices();
  const { rooms } = useStore(client.rooms.state);
  const { status, muted, deafened } = voice;
  const key = statusKey(voice);
  const title = rooms.find((room) => room.slug === roomSlug)?.title ?? roomSlug;
  return (
    <section className={styles.bar} aria-label={t('voice.call')} data-testid="call-bar" data-status={status}>
      <button
        type="button"
        className={styles.barRoom}
        title={t('voice.goToRoom')}
        onClick={() => router.openRoom(roomSlug)}
      >
        <span className={styles.barStatus}>
          <Icon name={statusIcons[status]} small />
          <span className={styles.barStatusText}>{key && t(key)}</span>
        </span>
        <span className={styles.barTitle}>{title}</span>
        <span className="visually-hidden">{t('voice.goToRoom')}</span>
      </button>
      <CallControls muted={muted} deafened={deafened} muteRef={muteRef} />
    </section>
  );
};

/** The call I am in, with its controls, whatever room I am reading. */
export const CallBar = () => {
  const { t } = useTranslation();
  const voice = useStore(useServices().client.voice.state);
  const { status, roomSlug } = voice;
  const isOn = status !== 'idle';
  const key = statusKey(voice);
  const muteRef = useCaughtFocus<HTMLButtonElement>(isOn);
  return (
    <>
      {/* Here before the call is, and outside of the button: only then is it read aloud. */}
      <span className="visually-hidden" role="status" data-testid="call-status">
        {key && t(key)}
      </span>
      {isOn && roomSlug !== null ? <Call voice={voice} roomSlug={roomSlug} muteRef={muteRef} /> : null}
    </>
  );
};
