import type { Attachment, TimelineMessage } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { Icon } from '../../ui/icon.tsx';
import { useSurface } from '../chat/message/surface.tsx';
import styles from './attachments.module.css';
import { DownloadButton } from './download-button.tsx';
import { kindOf, placeOfImage, sizeText } from './kinds.ts';
import { useFileUrl } from './use-file-url.ts';

interface ImageProps {
  image: Attachment;
  isOneOfMany: boolean;
  onOpen: () => void;
}

/** The small form where there is one; it leads to the whole. */
const Image = ({ image, isOneOfMany, onOpen }: ImageProps) => {
  const { t } = useTranslation();
  const { url, error } = useFileUrl(image.id, image.hasThumbnail);
  const { widthRem, ratio } = placeOfImage(image, isOneOfMany);
  return (
    <button
      type="button"
      className={styles.image}
      style={{ width: `${widthRem}rem`, aspectRatio: ratio }}
      aria-label={t('files.openImage', { name: image.name })}
      data-testid="chat-image"
      data-loaded={url !== null}
      onClick={onOpen}
    >
      {url ? <img src={url} alt="" /> : null}
      {error ? <span className={styles.imageError}>{t(errorTextKey(error))}</span> : null}
    </button>
  );
};

const FileCard = ({ file }: { file: Attachment }) => {
  const { i18n } = useTranslation();
  return (
    <div className={styles.card} data-testid="chat-file">
      <Icon name="file" />
      <div className={styles.cardText}>
        <p className={styles.name}>
          <bdi>{file.name}</bdi>
        </p>
        <p className={styles.size}>{sizeText(file.sizeBytes, i18n.resolvedLanguage ?? 'en')}</p>
      </div>
      <DownloadButton file={file} />
    </div>
  );
};

/** Sound or film: fetched when somebody wants to hear or see it, since the whole of it has to come first. */
const Player = ({ file }: { file: Attachment }) => {
  const { t } = useTranslation();
  const [isWanted, setWanted] = useState(false);
  const { url, error } = useFileUrl(isWanted ? file.id : null);
  const Media = kindOf(file) === 'audio' ? 'audio' : 'video';
  return (
    <div className={styles.player}>
      <FileCard file={file} />
      {url ? (
        <Media className={styles.media} src={url} controls autoPlay aria-label={file.name} />
      ) : (
        <button
          type="button"
          className={styles.play}
          aria-label={t('files.play', { name: file.name })}
          data-testid="chat-play"
          onClick={() => setWanted(true)}
        >
          <Icon name="play" />
          {isWanted && !error ? t('files.loading') : t('files.playShort')}
        </button>
      )}
      {error ? <p className={styles.error}>{t(errorTextKey(error))}</p> : null}
    </div>
  );
};

/** What came with a message: pictures first, side by side, then all else. */
export const AttachmentList = ({ message }: { message: TimelineMessage }) => {
  const { acts } = useSurface();
  const images = message.attachments.filter((file) => kindOf(file) === 'image');
  const others = message.attachments.filter((file) => kindOf(file) !== 'image');
  return (
    <div className={styles.attachments}>
      {images.length > 0 ? (
        <div className={styles.images}>
          {images.map((image) => (
            <Image
              key={image.id}
              image={image}
              isOneOfMany={images.length > 1}
              onOpen={() => acts.open({ kind: 'viewer', message, attachmentId: image.id })}
            />
          ))}
        </div>
      ) : null}
      {others.map((file) =>
        kindOf(file) === 'other' ? (
          <FileCard key={file.id} file={file} />
        ) : (
          <Player key={file.id} file={file} />
        ),
      )}
    </div>
  );
};
