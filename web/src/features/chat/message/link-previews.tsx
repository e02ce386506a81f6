import type { LinkPreview } from '@boltorezka/sdk';
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

/** What is behind the links of a message, in a few quiet words. */
export const Previews = ({ previews }: { previews: readonly LinkPreview[] }) => (
  <ul className={styles.previews}>
    {previews
      .filter(({ url }) => isWeb(url))
      .map(({ url, siteName, title, description }) => (
        <li key={url} className={styles.preview} data-testid="chat-preview">
          <p className={styles.previewSite}>{siteName ?? hostOf(url)}</p>
          <a className={styles.previewTitle} href={url} target="_blank" rel="noopener noreferrer nofollow">
            {title}
          </a>
          {description ? <p className={styles.previewText}>{description}</p> : null}
        </li>
      ))}
  </ul>
);
