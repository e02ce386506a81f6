import type { ExportedData } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey, isCode } from '../../lib/error-text.ts';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { useKeptFocus } from '../../lib/use-kept-focus.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { DownloadButton } from '../attachments/download-button.tsx';
import { sizeText } from '../attachments/kinds.ts';
import styles from './settings.module.css';

const shownAtOnce = 50;

type ToldFile = ExportedData['messages'][number]['attachments'][number];

export type ExportedFile = ToldFile & { id: string; isUnsent: boolean };

/** Those of a server that tells no ids can be neither fetched nor removed. */
const toFiles = (files: readonly ToldFile[], isUnsent: boolean): ExportedFile[] =>
  files.flatMap((file) => (file.id === undefined ? [] : [{ ...file, id: file.id, isUnsent }]));

/** The files that an export names, the newest last; before all others those that no message has, and nothing else lists. */
export const filesOf = ({ account, messages }: ExportedData): ExportedFile[] => [
  ...toFiles(account?.unsent_attachments ?? [], true),
  ...toFiles(
    messages.flatMap(({ attachments }) => attachments),
    false,
  ),
];

interface FileProps {
  file: ExportedFile;
  onRemoved: (id: string) => void;
}

/** Frees the space of a file that was never sent. */
const RemoveButton = ({ file: { id, name }, onRemoved }: FileProps) => {
  const { t } = useTranslation();
  const { files, toasts } = useServices();
  const [isBusy, setBusy] = useState(false);
  const remove = async (): Promise<void> => {
    setBusy(true);
    try {
      await files.discard(id);
      toasts.show(t('account.unsentRemoved'));
      onRemoved(id);
    } catch (error) {
      toasts.show(t(errorTextKey(error)));
      setBusy(false);
      // It went already, or into a message.
      if (isCode(error, 'NotFound')) onRemoved(id);
    }
  };
  return (
    <IconButton
      icon="trash"
      label={t('files.remove', { name })}
      aria-disabled={isBusy}
      data-testid="exported-file-remove"
      onClick={() => {
        if (!isBusy) runQuietly(remove());
      }}
    />
  );
};

const FileLine = ({ file, onRemoved }: FileProps) => {
  const { t, i18n } = useTranslation();
  const size = sizeText(file.size_bytes, i18n.resolvedLanguage ?? 'en');
  return (
    <li className={styles.device} data-testid="exported-file" data-unsent={file.isUnsent}>
      <div>
        <p className={styles.deviceName}>
          <bdi>{file.name}</bdi>
        </p>
        <p className={styles.note}>{file.isUnsent ? `${size} · ${t('account.unsentFile')}` : size}</p>
      </div>
      <div className={styles.actions}>
        <DownloadButton file={file} />
        {file.isUnsent ? <RemoveButton file={file} onRemoved={onRemoved} /> : null}
      </div>
    </li>
  );
};

interface ExportedFilesProps {
  files: readonly ExportedFile[];
  onRemoved: (id: string) => void;
}

/** The files of somebody, each to be saved: together they may be more than a page can hold. What was not sent can be removed. */
export const ExportedFiles = ({ files, onRemoved }: ExportedFilesProps) => {
  const { t } = useTranslation();
  const [shown, setShown] = useState(shownAtOnce);
  const { ref, ...kept } = useKeptFocus<HTMLUListElement>(files);
  return (
    <div className={styles.form}>
      <p className={styles.note}>{t('account.exportedFiles', { count: files.length })}</p>
      <ul ref={ref} className={styles.devices} aria-label={t('account.exportedFilesLabel')} {...kept}>
        {files.slice(0, shown).map((file) => (
          <FileLine key={file.id} file={file} onRemoved={onRemoved} />
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
