import { useTranslation } from 'react-i18next';
import { IconButton } from '../../../../ui/button.tsx';
import type { Block } from '../blocks.ts';
import styles from './code.module.css';
import type { Colours } from './colours.ts';
import { useColours } from './use-colours.ts';

interface CodeBlockProps {
  block: Extract<Block, { type: 'code' }>;
  /** Null where there are none. */
  colours: Colours | null;
  onCopy: (text: string) => void;
}

/** Code of several lines: in which language, in its colours, and a way to take it along. */
export const CodeBlock = ({ block, colours, onCopy }: CodeBlockProps) => {
  const { t } = useTranslation();
  const pieces = useColours(colours, block);
  const { language, text } = block;
  return (
    <div className={styles.frame} data-testid="chat-code">
      {language === null ? null : <p className={styles.language}>{language}</p>}
      <pre className={styles.block}>
        <code>
          {pieces
            ? pieces.map(([part, kind], index) =>
                kind === null ? (
                  part
                ) : (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change their order.
                  <span key={index} className={styles[kind]}>
                    {part}
                  </span>
                ),
              )
            : text}
        </code>
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
