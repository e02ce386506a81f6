import type { RoomState } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './moderation.module.css';

interface EndSectionProps {
  state: RoomState;
}

/** An archived room is read and not written to; it can be taken out of the archive again. */
const Archive = ({ state: { slug, details } }: EndSectionProps) => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  const { busy, error, run } = useAction();
  const isArchived = details?.archivedAt !== null;
  const change = async (): Promise<void> => {
    const body = { archived: !isArchived };
    if (await run(() => client.call('rooms.update', { params: { slug }, body })))
      toasts.show(t(isArchived ? 'moderation.end.restored' : 'moderation.end.archived'));
  };
  return (
    <section className={styles.end}>
      <h3>{t(isArchived ? 'moderation.end.restoreTitle' : 'moderation.end.archiveTitle')}</h3>
      <p className={styles.soft}>
        {t(isArchived ? 'moderation.end.restoreText' : 'moderation.end.archiveText')}
      </p>
      {error ? <Notice tone="danger">{t(errorTextKey(error))}</Notice> : null}
      <Button icon="archive" data-testid="room-archive" aria-disabled={busy} onClick={() => void change()}>
        {t(isArchived ? 'moderation.end.restore' : 'moderation.end.archive')}
      </Button>
    </section>
  );
};

/** What is deleted is gone for everybody: whoever does it types the name, and so knows which room it is. */
const Delete = ({ state: { slug, title } }: EndSectionProps) => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { busy, error, run } = useAction();
  const [isOpen, setIsOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const close = (): void => {
    setIsOpen(false);
    setTyped('');
  };
  return (
    <section className={styles.end}>
      <h3>{t('moderation.end.deleteTitle')}</h3>
      <p className={styles.soft}>{t('moderation.end.deleteText')}</p>
      <Button variant="danger" icon="trash" data-testid="room-delete" onClick={() => setIsOpen(true)}>
        {t('moderation.end.delete')}
      </Button>
      <ConfirmDialog
        danger
        open={isOpen}
        title={t('moderation.end.confirmTitle', { room: title })}
        text={<p>{t('moderation.end.confirmText')}</p>}
        confirmLabel={t('moderation.end.confirm')}
        disabled={typed.trim() !== title}
        busy={busy}
        error={error ? t(errorTextKey(error)) : null}
        onConfirm={() => void run(() => client.call('rooms.delete', { params: { slug } }))}
        onClose={close}
      >
        <Field
          label={t('moderation.end.typeName', { room: title })}
          autoComplete="off"
          data-passing
          data-testid="delete-name"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </ConfirmDialog>
    </section>
  );
};

/** The ways in which a room ends. */
export const EndSection = ({ state }: EndSectionProps) => (
  <div>
    {state.may.changeRoom ? <Archive state={state} /> : null}
    {state.may.deleteRoom ? <Delete state={state} /> : null}
  </div>
);
