import type { User } from '@boltorezka/sdk';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './admin.module.css';
import { Invitations } from './invitations.tsx';
import { People } from './people.tsx';
import { Registration } from './registration.tsx';
import { Reports } from './reports.tsx';

/** What administrators of the server see and do. The server decides who is one; here it only spares others the sight. */
export const AdminScreen = ({ me }: { me: User }) => {
  const { t } = useTranslation();
  const { router } = useServices();
  useEffect(() => {
    document.title = t('app.documentTitle', { room: t('admin.title') });
  }, [t]);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!router.hasMoved()) return;
    // Once the dialog that led here has given the focus back.
    const timer = setTimeout(() => heading.current?.focus());
    return () => clearTimeout(timer);
  }, [router]);
  return (
    <>
      <header className={styles.header}>
        <h1 ref={heading} tabIndex={-1} className={styles.title}>
          {t('admin.title')}
        </h1>
        <Button data-testid="admin-leave" onClick={() => router.go('room')}>
          {t('admin.leave')}
        </Button>
      </header>
      <div className={styles.scroll} data-testid="admin">
        {me.is_administrator ? (
          <div className={styles.sections}>
            <Registration />
            <Invitations />
            <Reports />
            <People me={me} />
          </div>
        ) : (
          <Notice tone="warning">{t('errors.Forbidden')}</Notice>
        )}
      </div>
    </>
  );
};
