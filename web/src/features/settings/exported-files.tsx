import type { ExportedData } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { DownloadButton } from '../attachments/download-button.tsx';
import { sizeText } from '../attachments/kinds.ts';
import styles from './settings.module.css';

const shownAtOnce = 50;

export type ExportedFile = ExportedData['messages'][number]['attachments'][number] & { id: string };

/** The files that an export names, the newest last; those of a server that tells no ids cannot be fetched. */
export const filesOf = ({ account, messages }: ExportedData): ExportedFile[] =>
  [...messages.flatMap(({ attachments }) => attachments), ...(account?.unsent_attachments ?? [])].flatMap(
    (file) => (file.id === undefined ? [] : [{ ...file, id: file.id }]),
  );

/** What somebody has sent, each to be saved: together they may be more than a page can hold. */
export const ExportedFiles = ({ files }: { files: readonly ExportedFile[] }) => {
  const { t, i18n } = useTranslation();
  const [shown, setShown] = useState(shownAtOnce);
  if (files.length === 0) return null;
  return (
    <div className={styles.form}>
      <p className={styles.note}>{t('account.exportedFiles', { count: files.length })}</p>
      <ul className={styles.devices} aria-label={t('account.exportedFilesLabel')}>
        {files.slice(0, shown).map((file) => (
          <li key={file.id} className={styles.device} data-testid="exported-file">
            <div>
              <p className={styles.deviceName}>
                <bdi>{file.name}</bdi>
              </p>
              <p className={styles.note}>{sizeText(file.size_bytes, i18n.resolvedLanguage ?? 'en')}</p>
            </div>
            <DownloadButton file={file} />
          </li>
        ))}
      </ul>
      {shown < files.length ? (
        <Button data-testid="exported-files-more" onClick={() => setShown(shown + shownAtOnce)}>
          {t('account.exportedFilesMore')}
        </Button>
      ) : null}
    </div>
  );
};
