import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../lib/cx.ts';
import { useServices } from '../../lib/services.tsx';
import { useFocusWithin } from '../../lib/use-focus-within.ts';
import { useKeptFocus } from '../../lib/use-kept-focus.ts';
import { useLatest } from '../../lib/use-latest.ts';
import { useStore } from '../../lib/use-store.ts';
import { IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Spoken } from '../../ui/spoken.tsx';
import styles from './attachments.module.css';
import { sizeText } from './kinds.ts';
import type { Upload } from './place-uploads.ts';
import { uploadErrorKey } from './upload-error.ts';
import type { Uploads } from './use-uploads.ts';

/** A picture that was chosen, before the server has it. */
const useOwnPicture = (file: File): string | null => {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!/^image\/(png|jpeg|gif|webp|avif)$/.test(file.type)) return;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url;
};

/** What a file waits for that could not go yet. */
const useWaitText = (): string => {
  const { t } = useTranslation();
  const { status } = useStore(useServices().client.connection.state);
  return t(status === 'online' ? 'files.waitingOnline' : 'files.waiting');
};

const UploadState = ({ upload }: { upload: Upload }) => {
  const { t, i18n } = useTranslation();
  const waitText = useWaitText();
  const { file, hasTurn, progress, attachment, error, isWaiting } = upload;
  if (isWaiting) return <p className={styles.uploadState}>{waitText}</p>;
  if (error) {
    return (
      <p className={styles.uploadFailed} role="alert">
        {t(uploadErrorKey(error))}
      </p>
    );
  }
  if (attachment) {
    return <p className={styles.uploadState}>{sizeText(file.size, i18n.resolvedLanguage ?? 'en')}</p>;
  }
  if (!hasTurn) return <p className={styles.uploadState}>{t('files.inTurn')}</p>;
  return (
    <progress
      className={styles.progress}
      value={progress}
      aria-label={t('files.uploading', { name: file.name })}
    />
  );
};

const stateOf = ({ error, isWaiting, attachment, hasTurn }: Upload): string => {
  if (error) return isWaiting ? 'waiting' : 'failed';
  if (attachment) return 'done';
  return hasTurn ? 'uploading' : 'queued';
};

interface UploadItemProps {
  upload: Upload;
  uploads: Uploads;
}

const UploadItem = ({ upload, uploads }: UploadItemProps) => {
  const { t } = useTranslation();
  const picture = useOwnPicture(upload.file);
  const { name } = upload.file;
  const state = stateOf(upload);
  // The button that tries again goes as it is pressed, and by itself.
  const { ref, ...kept } = useKeptFocus<HTMLLIElement>(state);
  return (
    <li ref={ref} className={styles.upload} data-testid="upload" data-state={state} {...kept}>
      {picture ? <img className={styles.uploadImage} src={picture} alt="" /> : <Icon name="file" />}
      <div className={styles.uploadText}>
        <p className={cx(styles.name)}>
          <bdi>{name}</bdi>
        </p>
        <UploadState upload={upload} />
      </div>
      {upload.error ? (
        <IconButton
          icon="reconnecting"
          label={t('files.retry', { name })}
          data-testid="upload-retry"
          onClick={() => uploads.retry(upload.id)}
        />
      ) : null}
      <IconButton
        icon="close"
        label={t('files.remove', { name })}
        data-testid="upload-remove"
        onClick={() => uploads.remove(upload.id)}
      />
    </li>
  );
};

/** Where a file that was taken back had the focus, one writes on; by a thumb one does not begin to write by that. */
const useNotLost = (count: number, onLost: () => void) => {
  const before = useRef(count);
  const lost = useLatest(onLost);
  const { isWithin, handlers } = useFocusWithin<HTMLUListElement>();
  useEffect(() => {
    const isFewer = count < before.current;
    before.current = count;
    if (!isFewer || !isWithin.current || document.activeElement !== document.body) return;
    isWithin.current = false;
    if (!window.matchMedia('(pointer: coarse)').matches) lost.current();
  }, [count, lost, isWithin]);
  return handlers;
};

interface UploadListProps {
  uploads: Uploads;
  /** The focus has gone with a file. */
  onLost: () => void;
}

/** What will go with the message. */
export const UploadList = ({ uploads, onLost }: UploadListProps) => {
  const { t } = useTranslation();
  const { list, isReady } = uploads;
  const count = list.length;
  const handlers = useNotLost(count, onLost);
  const waitText = useWaitText();
  const isWaiting = list.some((upload) => upload.isWaiting);
  return (
    <>
      {count > 0 ? (
        <ul className={styles.uploads} aria-label={t('files.chosen')} {...handlers}>
          {list.map((upload) => (
            <UploadItem key={upload.id} upload={upload} uploads={uploads} />
          ))}
        </ul>
      ) : null}
      <Spoken>{isWaiting ? waitText : null}</Spoken>
      <Spoken testId="uploads-spoken">{count > 0 && isReady ? t('files.attached', { count }) : null}</Spoken>
    </>
  );
};
