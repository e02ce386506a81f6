import type { RoomState, User } from '@boltorezka/sdk';
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

/** The call of this room: who is in it, who speaks, and the way in. */
export const VoiceStrip = ({ state, me }: VoiceStripProps) => {
  const { t } = useTranslation();
  const { client } = useServices();
  const voice = useStore(client.voice.state);
  const { slug } = state;
  const here = voice.status !== 'idle' && voice.roomSlug === slug;
  const elsewhere = voice.status !== 'idle' && !here;
  // Whoever points at the button will likely press it: what can be fetched before is not waited for after.
  const prepare = (): void => runQuietly(client.voice.prepare());
  const prepareRoom = (): void => runQuietly(client.voice.prepare(slug));
  const joinRef = useCaughtFocus<HTMLButtonElement>(voice.status === 'idle');
  return (
    <section className={styles.strip} aria-label={t('voice.title')}>
      <Participants state={state} me={me} />
      {here ? null : (
        <Button
          ref={joinRef}
          variant={elsewhere ? 'secondary' : 'primary'}
          icon="sound"
          data-testid="voice-join"
          disabled={state.status !== 'joined'}
          onPointerEnter={prepareRoom}
          onFocus={prepare}
          // Who has come by keyboard; the focus that is put here after a call is nobody's intent.
          onKeyUp={({ key }) => {
            if (key === 'Tab') prepareRoom();
          }}
          onClick={() => runQuietly(client.voice.join(slug))}
        >
          {elsewhere ? t('voice.moveHere') : t('voice.join')}
        </Button>
      )}
    </section>
  );
};
