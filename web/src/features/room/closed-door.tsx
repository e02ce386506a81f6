import { type CallResult, limits } from '@boltorezka/sdk';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { useArrivalFocus } from '../../lib/use-arrival-focus.ts';
import { useMoment } from '../../lib/use-moment.ts';
import { Button } from '../../ui/button.tsx';
import { TextArea } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './room.module.css';

export type Door = CallResult<'joinRequests.look'>['door'];

interface DoorProps {
  slug: string;
  door: Door;
  onChanged: () => void;
}

const Ask = ({ slug, onChanged }: DoorProps) => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { busy, error, run } = useAction();
  const [text, setText] = useState('');
  const ask = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    await run(() => client.call('joinRequests.create', { params: { slug }, body: { text } }));
    onChanged();
  };
  return (
    <form className={styles.ask} onSubmit={(event) => void ask(event)}>
      <TextArea
        label={t('room.door.words')}
        hint={t('room.door.wordsHint')}
        maxLength={limits.maxReasonLength}
        data-testid="door-words"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {error ? <Notice tone="danger">{t(errorTextKey(error))}</Notice> : null}
      <Button type="submit" variant="primary" data-testid="door-ask" aria-disabled={busy}>
        {t('room.door.ask')}
      </Button>
    </form>
  );
};

const Waiting = ({ slug, door, onChanged }: DoorProps) => {
  const { t } = useTranslation();
  const { client } = useServices();
  const moment = useMoment();
  const { busy, error, run } = useAction();
  const withdraw = async (): Promise<void> => {
    await run(() => client.call('joinRequests.withdraw', { params: { slug } }));
    onChanged();
  };
  return (
    <>
      <div role="status" data-testid="door-waiting">
        <p className={styles.waitingTitle}>{t('room.door.waiting')}</p>
        <p>{t('room.door.waitingSince', { moment: moment(door.request?.created_at ?? '') })}</p>
      </div>
      {door.request?.text ? <blockquote className={styles.failedNote}>{door.request.text}</blockquote> : null}
      {error ? <Notice tone="danger">{t(errorTextKey(error))}</Notice> : null}
      <Button data-testid="door-withdraw" aria-disabled={busy} onClick={() => void withdraw()}>
        {t('room.door.withdraw')}
      </Button>
    </>
  );
};

const Banned = ({ ban }: { ban: Door['ban'] }) => {
  const { t } = useTranslation();
  const moment = useMoment();
  return (
    <div data-testid="door-banned">
      <p>{t('room.gone.banned.text')}</p>
      {ban?.expires_at ? <p>{t('room.door.bannedUntil', { moment: moment(ban.expires_at) })}</p> : null}
      {ban?.reason ? (
        <blockquote className={styles.failedNote}>{t('room.gone.note', { note: ban.reason })}</blockquote>
      ) : null}
    </div>
  );
};

/** A room that one may not enter, and that says what it is: the way to ask, that one has asked, or why there is none. */
export const ClosedDoor = (props: DoorProps) => {
  const { t } = useTranslation();
  const { door } = props;
  const isBanned = door.standing === 'banned';
  const heading = useArrivalFocus<HTMLHeadingElement>(door.request?.created_at);
  return (
    <div className={styles.failed} data-testid="room-door" data-standing={door.standing}>
      <span className={styles.failedIcon}>
        <Icon name={isBanned ? 'ban' : 'lock'} />
      </span>
      <h2 ref={heading} tabIndex={-1}>
        {isBanned ? t('room.gone.banned.title') : t('room.door.title', { room: door.room_title })}
      </h2>
      {door.topic === '' || isBanned ? null : <p>{door.topic}</p>}
      {isBanned ? <Banned ban={door.ban} /> : null}
      {!isBanned && door.request ? <Waiting {...props} /> : null}
      {isBanned || door.request ? null : <Ask {...props} />}
    </div>
  );
};
