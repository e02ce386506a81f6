import type { Report } from '@boltorezka/sdk';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { useRemote } from '../../lib/use-remote.ts';
import { useServerEvent } from '../../lib/use-server-event.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { RecordList } from '../moderation/record-list.tsx';
import { ReportText } from '../moderation/report-text.tsx';
import { ResolveButton } from '../moderation/resolve-button.tsx';
import styles from './admin.module.css';
import { BanForm } from './person-forms.tsx';

const useReports = () => {
  const { admin } = useServices().client;
  const list = useRemote(useCallback(() => admin.reports(), [admin]));
  useServerEvent((event) => {
    if (event.type === 'moderation.serverWaiting') list.refresh();
  });
  return list;
};

interface ReportItemProps {
  report: Report;
  busy: boolean;
  onResolve: () => void;
}

const ReportItem = ({ report, busy, onResolve }: ReportItemProps) => {
  const { t } = useTranslation();
  const [isBanning, setBanning] = useState(false);
  const { user_id: id, user_name: name } = report.message;
  const close = (): void => setBanning(false);
  return (
    <li className={styles.item} data-testid="server-report">
      <ReportText report={report} />
      <div className={styles.actions}>
        <ResolveButton data-testid="server-report-resolve" busy={busy} onClick={onResolve} />
        <Button icon="ban" data-testid="server-report-ban" onClick={() => setBanning(true)}>
          {t('admin.banAuthor')}
        </Button>
      </div>
      <Dialog open={isBanning} onClose={close} title={t('admin.banTitle', { name })}>
        <BanForm person={{ id }} onClose={close} onDone={close} />
      </Dialog>
    </li>
  );
};

/** What people complain of who write to each other alone: no moderator is there for them. */
export const Reports = () => {
  const { t } = useTranslation();
  const { admin } = useServices().client;
  const list = useReports();
  const { busy, error, run } = useAction();
  const resolve = async ({ id }: Report): Promise<void> => {
    const isDone = await run(() => admin.resolveReport(id));
    if (isDone) list.change((reports) => reports.filter((report) => report.id !== id));
    list.refresh();
  };
  return (
    <section className={styles.section} aria-labelledby="admin-reports">
      <h2 id="admin-reports">{t('admin.reports')}</h2>
      <p className={styles.note}>{t('admin.reportsHint')}</p>
      {error ? <Notice tone="danger">{t(errorTextKey(error))}</Notice> : null}
      <RecordList
        label={t('admin.reports')}
        empty={t('moderation.reports.none')}
        items={list.data}
        error={list.error}
        busy={list.status === 'loading'}
        onRetry={list.refresh}
      >
        {(report) => (
          <ReportItem key={report.id} report={report} busy={busy} onResolve={() => void resolve(report)} />
        )}
      </RecordList>
    </section>
  );
};
