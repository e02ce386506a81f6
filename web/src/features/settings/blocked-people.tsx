import type { Member } from '@boltorezka/sdk';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../../ui/button.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './settings.module.css';

/** Whom I have blocked, each with a way to block them no more. */
export const BlockedPeople = () => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  const { people, status, error: loadError } = useStore(client.people.blocks);
  const { busy, error, run } = useAction();
  const asking = useAction();
  const list = useRef<HTMLUListElement>(null);
  const unblock = async ({ userId, userName: name }: Member): Promise<void> => {
    if (await run(() => client.people.unblock(userId))) toasts.show(t('people.unblocked', { name }));
  };
  return (
    <>
      {people.length === 0 && status === 'ready' ? (
        <p className={styles.note}>{t('settings.nobodyBlocked')}</p>
      ) : null}
      <ul ref={list} tabIndex={-1} className={styles.devices} data-testid="blocked-people">
        {people.map((person) => (
          <li key={person.userId} className={styles.device} data-user-name={person.userName}>
            <p className={styles.deviceName}>{person.userName}</p>
            <Button data-testid="blocked-lift" aria-disabled={busy} onClick={() => void unblock(person)}>
              {t('members.actions.unblock')}
              <span className="visually-hidden">: {person.userName}</span>
            </Button>
          </li>
        ))}
      </ul>
      {error ? <Notice tone="danger">{t(errorTextKey(error))}</Notice> : null}
      <Failure
        error={loadError}
        busy={asking.busy}
        onRetry={() => void asking.run(() => client.people.refreshBlocks())}
        heir={list}
        testId="blocked-failed"
      />
    </>
  );
};
