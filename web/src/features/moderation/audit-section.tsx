import type { AuditEntry } from '@boltorezka/sdk';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useMoment } from '../../lib/use-moment.ts';
import { usePages } from '../../lib/use-pages.ts';
import { type AuditSentence, type RoomChange, toSentence } from './audit-sentence.ts';
import styles from './moderation.module.css';
import { RecordList } from './record-list.tsx';

const useAudit = (slug: string) => {
  const { client } = useServices();
  const ask = useCallback(
    async (cursor: string | undefined) => {
      const query = cursor === undefined ? {} : { cursor };
      const { entries, next_cursor } = await client.call('audit.room', { params: { slug }, query });
      return { items: entries, nextCursor: next_cursor };
    },
    [client, slug],
  );
  return usePages(ask);
};

const useWords = (entry: AuditEntry, sentence: AuditSentence): string => {
  const { t, i18n } = useTranslation();
  const nameOf = (person: AuditEntry['actor']): string => person?.user_name || t('moderation.audit.nobody');
  const actor = nameOf(entry.actor);
  if (!sentence.words) return t('moderation.audit.unknown', { actor, action: entry.action });
  const textOf = (change: RoomChange): string =>
    t(`moderation.audit.changes.${change.kind}`, { value: 'value' in change ? change.value : '' });
  const list = new Intl.ListFormat(i18n.resolvedLanguage ?? 'en', { type: 'conjunction' });
  return t(`moderation.audit.${sentence.words}`, {
    actor,
    target: nameOf(entry.target),
    role: sentence.role ? t(`members.role.${sentence.role}`) : '—',
    changes: list.format(sentence.changes.map(textOf)),
  });
};

/** What is added to the sentence: how far it went, until when, and why. */
const Notes = ({ sentence }: { sentence: AuditSentence }) => {
  const { t } = useTranslation();
  const moment = useMoment();
  const { silences, until, reason, deletesMessages, words } = sentence;
  const hasEnd = words === 'memberMute' || words === 'memberBan';
  const notes = [
    silences && t(`moderation.audit.silences.${silences}`),
    hasEnd && until === null && t('moderation.forGood'),
    hasEnd && until && t('moderation.until', { moment: moment(until) }),
    deletesMessages && t('moderation.audit.deletedMessages'),
    reason && t('moderation.audit.reason', { reason }),
  ].filter(Boolean);
  return notes.length > 0 ? <p className={styles.notes}>{notes.join(' · ')}</p> : null;
};

const AuditRow = ({ entry }: { entry: AuditEntry }) => {
  const moment = useMoment();
  const sentence = toSentence(entry);
  const words = useWords(entry, sentence);
  return (
    <li className={styles.record} data-testid="audit-entry" data-action={entry.action}>
      <div className={styles.recordText}>
        <p className={styles.recordTitle}>{words}</p>
        <Notes sentence={sentence} />
        <p className={styles.note}>
          <time dateTime={entry.created_at}>{moment(entry.created_at)}</time>
        </p>
      </div>
    </li>
  );
};

/** Who did what to whom, the newest first. */
export const AuditSection = ({ slug }: { slug: string }) => {
  const { t } = useTranslation();
  const audit = useAudit(slug);
  return (
    <div className={styles.section}>
      <p className={styles.soft}>{t('moderation.audit.about')}</p>
      <RecordList
        label={t('moderation.sections.audit')}
        empty={t('moderation.audit.none')}
        items={audit.items}
        error={audit.error}
        busy={audit.status === 'loading'}
        onRetry={audit.retry}
        onMore={audit.hasMore ? audit.loadMore : undefined}
      >
        {(entry) => <AuditRow key={entry.id} entry={entry} />}
      </RecordList>
    </div>
  );
};
