import styles from './mark.module.css';

/** The sign of the house: the head of a bolt that speaks. The name always stands beside it. */
export const Mark = ({ large = false }: { large?: boolean }) => (
  <svg
    className={large ? styles.large : styles.mark}
    viewBox="0 0 32 32"
    aria-hidden="true"
    focusable="false"
  >
    <path className={styles.head} d="M16 4l9.5 5.5v11L16 26l-3-1.7-6.5 4.2 1.3-7.2-1.3-.8v-11z" />
    <path className={styles.voice} d="M11 13v4M16 9.5v11M21 12v6" />
  </svg>
);
