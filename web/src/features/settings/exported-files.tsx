import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey, isCode } from '../../lib/error-text.ts';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { useKeptFocus } from '../../lib/use-kept-focus.ts';
import { useStore } from '../../lib/use-store.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { DownloadButton } from '../attachments/download-button.tsx';
import { sizeText } from '../attachments/kinds.ts';
import { waitingFileIds } from '../unsent/waiting-files.ts';
import type { ExportedFile } from './exported.ts';
import styles from './settings.module.css';

const shownAtOnce = 50;

interface RemoveProps {
  file: ExportedFile;
  onRemoved: (id: string) => void;
  /** It is not unsent any more. */
  onSettled: (id: string) => void;
}

/** Frees the space of a file that was never sent. */
const RemoveButton = ({ file: { id, name }, onRemoved, onSettled }: RemoveProps) => {
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
      const isSettled = isCode(error, 'NotFound');
      toasts.show(t(isSettled ? 'account.unsentSettled' : errorTextKey(error)));
      setBusy(false);
      if (isSettled) onSettled(id);
    }
  };
  return (
    <IconButton
      icon="trash"
      label={t('account.removeFile', { name })}
      aria-disabled={isBusy}
      data-testid="exported-file-remove"
      onClick={() => {
        if (!isBusy) runQuietly(remove());
      }}
    />
  );
};

interface FileProps extends RemoveProps {
  /** A message here is still to go with it. */
  isWaiting: boolean;
}

const FileLine = ({ isWaiting, ...props }: FileProps) => {
  const { t, i18n } = useTranslation();
  const { file } = props;
  const size = sizeText(file.size_bytes, i18n.resolvedLanguage ?? 'en');
  const state = isWaiting ? t('account.waitingFile') : t('account.unsentFile');
  return (
    <li className={styles.device} data-testid="exported-file" data-unsent={file.isUnsent}>
      <div>
        <p className={styles.deviceName}>
          <bdi>{file.name}</bdi>
        </p>
        <p className={styles.note}>{file.isUnsent ? `${size} · ${state}` : size}</p>
      </div>
      <div className={styles.actions}>
        <DownloadButton file={file} />
        {file.isUnsent && !isWaiting ? <RemoveButton {...props} /> : null}
      </div>
    </li>
  );
};

interface ExportedFilesProps extends Pick<RemoveProps, 'onRemoved' | 'onSettled'> {
  files: readonly ExportedFile[];
}

/** The files of somebody, each to be saved: together they may be more than a page can hold. What was not sent can be removed. */
export const ExportedFiles = ({ files, onRemoved, onSettled }: ExportedFilesProps) => {
  const { t } = useTranslation();
  const { client, uploads } = useServices();
  const waitingIds = waitingFileIds(useStore(client.unsent.state), uploads.chosen());
  const [shown, setShown] = useState(shownAtOnce);
  const { ref, ...kept } = useKeptFocus<HTMLUListElement>(files);
  return (
    <div className={styles.form}>
      <p className={styles.note}>{t('account.exportedFiles', { count: files.length })}</p>
      <ul ref={ref} className={styles.devices} aria-label={t('account.exportedFilesLabel')} {...kept}>
        {files.slice(0, shown).map((file) => (
          <FileLine key={file.id} isWaiting={waitingIds.has(file.id)} {...{ file, onRemoved, onSettled }} />
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
