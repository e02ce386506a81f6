import type { LinkPreview, TimelineMessage } from '@boltorezka/sdk';
import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../../lib/cx.ts';
import { isCode } from '../../../lib/error-text.ts';
import { IconButton } from '../../../ui/button.tsx';
import { usePreviewUrl } from '../../attachments/use-file-url.ts';
import styles from './parts.module.css';
import { mayTakeAway } from './rights.ts';
import { useSurface } from './surface.tsx';

const hostOf = (url: string): string => {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
};

/** Only what leads to the web is made a link, whoever wrote the preview. */
const isWeb = (url: string): boolean => /^https?:\/\//i.test(url);

/** So much room it takes, at most: what stands below it is read before it. */
const maxRem = { width: 18, height: 12 };

/** Known before it is here, so that nothing moves when it is. */
const placeOf = ({ width, height }: Picture) => ({
  width: `${Math.min(maxRem.width, maxRem.height * (width / height), width / 16)}rem`,
  aspectRatio: `${width} / ${height}`,
});

type Picture = NonNullable<LinkPreview['picture']>;

/** As our server has made it; whoever looks at it is seen by nobody else. */
const PreviewPicture = ({ picture }: { picture: Picture }) => {
  const { url, error } = usePreviewUrl(picture.id);
  // The server keeps the newest ones.
  if (isCode(error, 'NotFound')) return null;
  return (
    <div className={styles.previewPicture} style={placeOf(picture)} data-testid="chat-preview-picture">
      {url ? <img src={url} alt={picture.alt ?? ''} data-loaded="true" /> : null}
    </div>
  );
};

interface PreviewCardProps {
  preview: LinkPreview;
  /** Where this person may take it away. */
  onDismiss: (() => void) | null;
}

const PreviewCard = ({ preview, onDismiss }: PreviewCardProps) => {
  const { t } = useTranslation();
  const { url, siteName, title, description, picture } = preview;
  const dismiss = ({ currentTarget }: MouseEvent): void => {
    // The button goes with the card; whoever works by keyboard stays at the message.
    currentTarget.closest<HTMLElement>('[data-row]')?.focus({ preventScroll: true });
    onDismiss?.();
  };
  return (
    <li className={cx(styles.preview, onDismiss !== null && styles.dismissible)} data-testid="chat-preview">
      <p className={styles.previewSite}>{siteName ?? hostOf(url)}</p>
      <a className={styles.previewTitle} href={url} target="_blank" rel="noopener noreferrer nofollow">
        {title}
      </a>
      {description ? <p className={styles.previewText}>{description}</p> : null}
      {picture ? <PreviewPicture picture={picture} /> : null}
      {onDismiss ? (
        <IconButton
          className={styles.dismiss}
          icon="close"
          label={t('chat.dismissPreview')}
          aria-description={title}
          data-testid="chat-preview-dismiss"
          onClick={dismiss}
        />
      ) : null}
    </li>
  );
};

/** What is behind the links of a message, in a few quiet words. */
export const Previews = ({ message }: { message: TimelineMessage }) => {
  const surface = useSurface();
  const mayDismiss = mayTakeAway(message, surface);
  return (
    <ul className={styles.previews}>
      {message.previews
        .filter(({ url }) => isWeb(url))
        .map((preview) => (
          <PreviewCard
            key={preview.url}
            preview={preview}
            onDismiss={mayDismiss ? () => surface.acts.dismissPreview(message, preview.url) : null}
          />
        ))}
    </ul>
  );
};
