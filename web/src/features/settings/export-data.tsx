import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { saveFile } from '../../lib/save-file.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { type ExportedFile, filesOf, withoutUnsent } from './exported.ts';
import { ExportedFiles } from './exported-files.tsx';
import styles from './settings.module.css';

/** All that the server keeps of this person, as one file; and the files that it names, each by itself. */
export const ExportData = () => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  const { account } = client;
  const action = useAction();
  const [count, setCount] = useState(0);
  const [files, setFiles] = useState<readonly ExportedFile[] | null>(null);
  const leaving = useRef(new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    leaving.current = controller;
    return () => controller.abort();
  }, []);
  const save = async (): Promise<void> => {
    const { signal } = leaving.current;
    const data = await account.exportData({ onProgress: setCount, signal });
    saveFile('boltorezka.json', JSON.stringify(data, null, 2), 'application/json');
    const found = filesOf(data);
    setFiles(found.length > 0 ? found : null);
    toasts.show(t('account.exported'));
  };
  const drop = (id: string): void => setFiles((known) => known?.filter((file) => file.id !== id) ?? null);
  const settle = (id: string): void => setFiles((known) => known && withoutUnsent(known, id));
  return (
    <div className={styles.form}>
      <p className={styles.note}>{t('account.exportText')}</p>
      {action.error ? <Notice tone="danger">{t(errorTextKey(action.error))}</Notice> : null}
      <p role="status" className={styles.note}>
        {action.busy ? t('account.exporting', { count }) : null}
      </p>
      <Button data-testid="account-export" aria-disabled={action.busy} onClick={() => void action.run(save)}>
        {t('account.export')}
      </Button>
      {files ? <ExportedFiles files={files} onRemoved={drop} onSettled={settle} /> : null}
    </div>
  );
};
