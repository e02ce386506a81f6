import { memo, type ReactNode, useMemo } from 'react';
import { cx } from '../../../lib/cx.ts';
import { type Block, parseBlocks } from './blocks.ts';
import { isEmojiOnly } from './emoji-only.ts';
import { type Inline, parseInline } from './inline.ts';
import styles from './message-text.module.css';

type LinkNode = Extract<Inline, { type: 'link' }>;

const renderLink = ({ href, children, realHost }: LinkNode, key: number): ReactNode => (
  <span key={key}>
    <a href={href} title={href} target="_blank" rel="noopener noreferrer nofollow">
      {children.map(renderInline)}
    </a>
    {realHost === null ? null : <span className={styles.realHost}> ({realHost})</span>}
  </span>
);

// The place is a good key here: what was parsed from one text never changes its order.
const renderInline = (node: Inline, key: number): ReactNode => {
  if (typeof node === 'string') return node;
  switch (node.type) {
    case 'code':
      return (
        <code key={key} className={styles.code}>
          {node.text}
        </code>
      );
    case 'link':
      return renderLink(node, key);
    case 'strong':
    case 'em':
    case 's': {
      const Mark = node.type;
      return <Mark key={key}>{node.children.map(renderInline)}</Mark>;
    }
    default:
      return node satisfies never;
  }
};

const renderList = ({ items }: Extract<Block, { type: 'list' }>, key: number): ReactNode => {
  const content = items.map(({ number, blocks }, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: what was parsed from one text never changes its order.
    <li key={index} value={number ?? undefined}>
      {blocks.map(renderBlock)}
    </li>
  ));
  return items[0]?.number === null ? (
    <ul key={key} className={styles.list}>
      {content}
    </ul>
  ) : (
    <ol key={key} className={styles.list}>
      {content}
    </ol>
  );
};

const renderBlock = (block: Block, key: number): ReactNode => {
  switch (block.type) {
    case 'text':
      return <p key={key}>{parseInline(block.text).map(renderInline)}</p>;
    case 'code':
      return (
        <pre key={key} className={styles.block}>
          <code>{block.text}</code>
        </pre>
      );
    case 'quote':
      return (
        <blockquote key={key} className={styles.quote}>
          {block.blocks.map(renderBlock)}
        </blockquote>
      );
    case 'list':
      return renderList(block, key);
    default:
      return block satisfies never;
  }
};

interface MessageTextProps {
  text: string;
  userName: string;
  status: 'sending' | 'sent' | 'failed';
}

/**
 * What somebody wrote, with its marks drawn. It is made of React elements from a closed set: no text of anybody's is ever
 * read as HTML, so there is nothing to sanitize.
 */
export const MessageText = memo(({ text, userName, status }: MessageTextProps) => {
  const content = useMemo(() => parseBlocks(text).map(renderBlock), [text]);
  return (
    <div
      className={cx(styles.text, isEmojiOnly(text) && styles.emoji)}
      dir="auto"
      data-testid="chat-message"
      data-status={status}
      data-user-name={userName}
    >
      {content}
    </div>
  );
});
