import type { RoomState, User } from '@boltorezka/sdk';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { useCaughtFocus } from '../../lib/use-caught-focus.ts';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../../ui/button.tsx';
import { useBlockedIds } from '../people/use-blocked-ids.ts';
import { useUnblock } from '../people/use-unblock.ts';
import { ParticipantChip } from './participant-chip.tsx';
import styles from './voice.module.css';

interface VoiceStripProps {
  state: RoomState;
  me: User;
}

const Participants = ({ state: { participants, speakingUserIds }, me }: VoiceStripProps) => {
  const { t } = useTranslation();
  const blockedIds = useBlockedIds();
  const unblock = useUnblock();
  if (participants.length === 0) return <p className={styles.nobody}>{t('voice.nobody')}</p>;
  return (
    <ul className={styles.participants} aria-label={t('voice.count', { count: participants.length })}>
      {participants.map((participant) => (
        <ParticipantChip
          key={participant.userId}
          participant={participant}
          speaking={speakingUserIds.includes(participant.userId)}
          me={participant.userId === me.id}
          blocked={blockedIds.has(participant.userId)}
          onUnblock={() => unblock(participant)}
        />
      ))}
    </ul>
  );
};

interface JoinButtonProps {
  state: RoomState;
  /** In the call of another room. */
  isElsewhere: boolean;
  ref: Ref<HTMLButtonElement>;
}

/** The way in. */
const JoinButton = ({ state, isElsewhere, ref }: JoinButtonProps) => {
  const { t } = useTranslation();
  const { voice } = useServices().client;
  const { slug } = state;
  // Whoever points at the button will likely press it: what can be fetched before is not waited for after.
  const prepare = (): void => runQuietly(voice.prepare());
  const prepareRoom = (): void => runQuietly(voice.prepare(slug));
  return (
    <Button
      ref={ref}
      variant={isElsewhere ? 'secondary' : 'primary'}
      icon="sound"
      data-testid="voice-join"
      disabled={state.status !== 'joined'}
      onPointerEnter={prepareRoom}
      onFocus={prepare}
      // Who has come by keyboard; the focus that is put here after a call is nobody's intent.
      onKeyUp={({ key }) => {
        if (key === 'Tab') prepareRoom();
      }}
      onClick={() => runQuietly(voice.join(slug))}
    >
      {isElsewhere ? t('voice.moveHere') : t('voice.join')}
    </Button>
  );
};

/** The call of this room: who is in it, who speaks, and the way in. */
export const VoiceStrip = ({ state, me }: VoiceStripProps) => {
  const { t } = useTranslation();
  const voice = useStore(useServices().client.voice.state);
  const { slug, participants } = state;
  const joinRef = useCaughtFocus<HTMLButtonElement>(voice.status === 'idle');
  const isHere = voice.status !== 'idle' && voice.roomSlug === slug;
  // An archived room can be read; nobody is let into its call.
  const isShut = state.status === 'joined' && !state.may.speak;
  if (isShut && participants.length === 0) return null;
  return (
    <section className={styles.strip} aria-label={t('voice.title')}>
      <Participants state={state} me={me} />
      {isHere || isShut ? null : (
        <JoinButton ref={joinRef} state={state} isElsewhere={voice.status !== 'idle'} />
      )}
    </section>
  );
};
