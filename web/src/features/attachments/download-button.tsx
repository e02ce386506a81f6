import type { Attachment } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { IconButton } from '../../ui/button.tsx';

/** Long enough for the browser to have begun writing the file. */
const keptForMs = 60_000;

const save = (url: string, name: string): void => {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
};

/** Fetches a file and hands it to the browser to keep. */
export const DownloadButton = ({ file }: { file: Pick<Attachment, 'id' | 'name'> }) => {
  const { t } = useTranslation();
  const { files, toasts } = useServices();
  const [isBusy, setBusy] = useState(false);
  const download = async (): Promise<void> => {
    setBusy(true);
    const held = files.hold(file.id, { thumbnail: false });
    try {
      save(await held.url, file.name);
    } catch (error) {
      toasts.show(t(errorTextKey(error)));
    } finally {
      setBusy(false);
      setTimeout(held.release, keptForMs);
    }
  };
  return (
    <IconButton
      icon="download"
      label={t('files.download', { name: file.name })}
      aria-disabled={isBusy}
      data-testid="file-download"
      onClick={() => {
        if (!isBusy) runQuietly(download());
      }}
    />
  );
};
