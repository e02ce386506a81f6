import { useTranslation } from 'react-i18next';
import { IconButton } from '../../../ui/button.tsx';
import type { Block } from './blocks.ts';
import styles from './message-text.module.css';

interface CodeBlockProps {
  block: Extract<Block, { type: 'code' }>;
  onCopy: (text: string) => void;
}

/** Code of several lines: in which language, and a way to take it along. */
export const CodeBlock = ({ block: { text, language }, onCopy }: CodeBlockProps) => {
  const { t } = useTranslation();
  return (
    <div className={styles.frame} data-testid="chat-code">
      {language === null ? null : <p className={styles.language}>{language}</p>}
      <pre className={styles.block}>
        <code>{text}</code>
      </pre>
      <IconButton
        className={styles.copy}
        icon="copy"
        label={t('chat.copyCode')}
        data-testid="chat-copy-code"
        onClick={() => onCopy(text)}
      />
    </div>
  );
};
