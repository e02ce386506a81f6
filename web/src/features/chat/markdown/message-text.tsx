import { memo, type ReactNode, useMemo } from 'react';
import { cx } from '../../../lib/cx.ts';
import { useServices } from '../../../lib/services.tsx';
import { useStore } from '../../../lib/use-store.ts';
import { type Block, parseBlocks } from './blocks.ts';
import { isEmojiOnly } from './emoji-only.ts';
import { type Inline, type ParseInline, readInline } from './inline-tree.ts';
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

type DrawBlock = (block: Block, key: number) => ReactNode;

const renderList = (
  { items }: Extract<Block, { type: 'list' }>,
  key: number,
  renderBlock: DrawBlock,
): ReactNode => {
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

const createDrawBlock = (parseInline: ParseInline | null): DrawBlock => {
  const renderBlock: DrawBlock = (block, key) => {
    switch (block.type) {
      case 'text':
        return <p key={key}>{readInline(block.text, parseInline).map(renderInline)}</p>;
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
        return renderList(block, key, renderBlock);
      default:
        return block satisfies never;
    }
  };
  return renderBlock;
};

interface MessageTextProps {
  text: string;
  userName: string;
  status: 'waiting' | 'sending' | 'sent' | 'failed';
}

interface DrawnTextProps extends MessageTextProps {
  parseInline: ParseInline | null;
}

/**
 * What somebody wrote, with its marks drawn. It is made of React elements from a closed set: no text of anybody's is ever
 * read as HTML, so there is nothing to sanitize.
 */
export const DrawnText = ({ text, userName, status, parseInline }: DrawnTextProps) => {
  const content = useMemo(() => parseBlocks(text).map(createDrawBlock(parseInline)), [text, parseInline]);
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
};

export const MessageText = memo((props: MessageTextProps) => {
  const marks = useStore(useServices().marks);
  return <DrawnText {...props} parseInline={marks?.parseInline ?? null} />;
});
