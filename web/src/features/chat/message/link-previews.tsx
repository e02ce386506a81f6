import type { LinkPreview } from '@boltorezka/sdk';
import { isCode } from '../../../lib/error-text.ts';
import { usePreviewUrl } from '../../attachments/use-file-url.ts';
import styles from './parts.module.css';

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

/** What is behind the links of a message, in a few quiet words. */
export const Previews = ({ previews }: { previews: readonly LinkPreview[] }) => (
  <ul className={styles.previews}>
    {previews
      .filter(({ url }) => isWeb(url))
      .map(({ url, siteName, title, description, picture }) => (
        <li key={url} className={styles.preview} data-testid="chat-preview">
          <p className={styles.previewSite}>{siteName ?? hostOf(url)}</p>
          <a className={styles.previewTitle} href={url} target="_blank" rel="noopener noreferrer nofollow">
            {title}
          </a>
          {description ? <p className={styles.previewText}>{description}</p> : null}
          {picture ? <PreviewPicture picture={picture} /> : null}
        </li>
      ))}
  </ul>
);
