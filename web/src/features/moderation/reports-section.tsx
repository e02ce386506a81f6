import type { Report, RoomState } from '@boltorezka/sdk';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { type Remote, useRemote } from '../../lib/use-remote.ts';
import { useServerEvent } from '../../lib/use-server-event.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { usePersonActions } from '../members/use-person-actions.tsx';
import styles from './moderation.module.css';
import { RecordList } from './record-list.tsx';
import { ReportText } from './report-text.tsx';
import { ResolveButton } from './resolve-button.tsx';

const useReports = ({ slug, id }: RoomState) => {
  const { client } = useServices();
  const ask = useCallback(
    async () => (await client.call('reports.list', { params: { slug } })).reports,
    [client, slug],
  );
  const list = useRemote(ask);
  useServerEvent((event) => {
    if (event.type === 'moderation.waiting' && event.payload.roomSlug === slug) list.refresh();
    if (event.type === 'chat.messageChanged' && event.payload.roomId === id) list.refresh();
  });
  return list;
};

interface ReportRowProps {
  report: Report;
  busy: boolean;
  onShow: () => void;
  onDelete: () => void;
  onBan: () => void;
  onResolve: () => void;
}

const ReportRow = ({ report, busy, onShow, onDelete, onBan, onResolve }: ReportRowProps) => {
  const { t } = useTranslation();
  const { message } = report;
  return (
    <li className={styles.record} data-testid="report">
      <div className={styles.recordText}>
        <ReportText report={report} />
        <div className={styles.actions}>
          <ResolveButton data-testid="report-resolve" busy={busy} onClick={onResolve} />
          {message.deleted_at ? null : (
            <>
              <Button data-testid="report-show" onClick={onShow}>
                {t('moderation.reports.show')}
              </Button>
              <Button icon="trash" data-testid="report-delete" aria-disabled={busy} onClick={onDelete}>
                {t('moderation.reports.delete')}
              </Button>
            </>
          )}
          <Button icon="ban" data-testid="report-ban" onClick={onBan}>
            {t('moderation.reports.ban')}
          </Button>
        </div>
      </div>
    </li>
  );
};

interface ReportsSectionProps {
  state: RoomState;
  onClose: () => void;
}

const useReportActions = ({ state, onClose }: ReportsSectionProps, list: Remote<Report[]>) => {
  const { t } = useTranslation();
  const { client, router, toasts } = useServices();
  const action = useAction();
  return {
    ...action,
    resolve: async ({ id }: Report): Promise<void> => {
      const isDone = await action.run(() => client.call('reports.resolve', { params: { report_id: id } }));
      if (isDone) {
        list.change((reports) => reports.filter((report) => report.id !== id));
        toasts.show(t('moderation.reports.resolved'));
      }
      list.refresh();
    },
    remove: ({ message }: Report) =>
      action.run(() => client.connection.request('chat.delete', { messageId: message.id })),
    show: ({ message }: Report): void => {
      onClose();
      // Of a thread, the message that began it: the thread opens from there.
      router.openMessage(state.slug, message.thread_root_id ?? message.id);
    },
  };
};

/** The messages that people have reported, and what can be done about each. */
export const ReportsSection = (props: ReportsSectionProps) => {
  const { t } = useTranslation();
  const list = useReports(props.state);
  const { busy, error, resolve, remove, show } = useReportActions(props, list);
  const { act, dialogs } = usePersonActions(props.state, undefined);
  const ban = ({ message: { user_id: userId, user_name: userName } }: Report): void =>
    act('ban', { userId, userName, role: null, isHere: false, isMuted: false });
  return (
    <div className={styles.section}>
      <p className={styles.soft}>{t('moderation.reports.about')}</p>
      {error ? <Notice tone="danger">{t(errorTextKey(error))}</Notice> : null}
      <RecordList
        label={t('moderation.sections.reports')}
        empty={t('moderation.reports.none')}
        items={list.data}
        error={list.error}
        busy={list.status === 'loading'}
        onRetry={list.refresh}
      >
        {(report) => (
          <ReportRow
            key={report.id}
            report={report}
            busy={busy}
            onShow={() => show(report)}
            onDelete={() => void remove(report).then(list.refresh)}
            onBan={() => ban(report)}
            onResolve={() => void resolve(report)}
          />
        )}
      </RecordList>
      {dialogs}
    </div>
  );
};
