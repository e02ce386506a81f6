import type { Attachment, TimelineMessage } from '@boltorezka/sdk';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { IconButton } from '../../ui/button.tsx';
import { useModal } from '../../ui/use-modal.ts';
import styles from './attachments.module.css';
import { DownloadButton } from './download-button.tsx';
import { kindOf } from './kinds.ts';
import { useFileUrl } from './use-file-url.ts';

const Picture = ({ image }: { image: Attachment }) => {
  const { t } = useTranslation();
  const whole = useFileUrl(image.id);
  const small = useFileUrl(image.hasThumbnail ? image.id : null, true);
  const url = whole.url ?? small.url;
  if (url)
    return (
      <img src={url} alt={image.name} width={image.width} height={image.height} data-testid="viewer-image" />
    );
  return (
    <p role={whole.error ? 'alert' : 'status'}>
      {whole.error ? t(errorTextKey(whole.error)) : t('files.loading')}
    </p>
  );
};

interface StageProps {
  images: readonly Attachment[];
  at: number;
  onGo: (to: number) => void;
}

const Stage = ({ images, at, onGo }: StageProps) => {
  const { t } = useTranslation();
  const image = images[at];
  if (!image) return null;
  return (
    <div className={styles.stage}>
      <Picture key={image.id} image={image} />
      {at > 0 ? (
        <IconButton
          className={styles.previous}
          icon="chevronLeft"
          label={t('files.previous')}
          data-testid="viewer-previous"
          onClick={() => onGo(at - 1)}
        />
      ) : null}
      {at < images.length - 1 ? (
        <IconButton
          className={styles.next}
          icon="chevronRight"
          label={t('files.next')}
          data-testid="viewer-next"
          onClick={() => onGo(at + 1)}
        />
      ) : null}
    </div>
  );
};

interface ViewerProps {
  message: TimelineMessage;
  attachmentId: string;
  onClose: () => void;
}

/** The pictures of a message, one at a time and as large as there is place for. Arrows lead from one to the next. */
export const Viewer = ({ message, attachmentId, onClose }: ViewerProps) => {
  const { t } = useTranslation();
  const dialog = useModal(true);
  const images = message.attachments.filter((file) => kindOf(file) === 'image');
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      images.findIndex(({ id }) => id === attachmentId),
    ),
  );
  const image = images[at];
  const go = (to: number): void => {
    if (to < 0 || to >= images.length) return;
    setAt(to);
    // The button that led here may go with the last picture.
    dialog.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step !== undefined) go(at + step);
  };
  if (!image) return null;
  return (
    <dialog
      ref={dialog}
      className={styles.viewer}
      aria-label={t('files.viewer', { name: message.userName })}
      tabIndex={-1}
      data-testid="viewer"
      onClose={onClose}
      onKeyDown={onKeyDown}
    >
      <div className={styles.viewerBody}>
        <div className={styles.viewerHead}>
          <h2 className={styles.viewerTitle} aria-live="polite">
            <bdi>{image.name}</bdi>
          </h2>
          {images.length > 1 ? (
            <p className={styles.viewerCount}>{t('files.place', { at: at + 1, count: images.length })}</p>
          ) : null}
          <DownloadButton file={image} />
          <IconButton
            icon="close"
            label={t('common.close')}
            data-testid="viewer-close"
            onClick={() => dialog.current?.close()}
          />
        </div>
        <Stage images={images} at={at} onGo={go} />
      </div>
    </dialog>
  );
};
