import type { TimelineMessage } from '@boltorezka/sdk';
import { memo, type ReactNode, useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../../lib/cx.ts';
import { useServices } from '../../../lib/services.tsx';
import { useCopy } from '../../../lib/use-copy.ts';
import { useStore } from '../../../lib/use-store.ts';
import { type Block, parseBlocks } from './blocks.ts';
import { CodeBlock } from './code/code-block.tsx';
import type { Colours } from './code/colours.ts';
import { isEmojiOnly } from './emoji-only.ts';
import { type Inline, type ParseInline, readInline } from './inline-tree.ts';
import { everyoneWords, markMentions, type NamedPerson } from './mentions.ts';
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
    case 'mention':
      return (
        <span key={key} className={cx(styles.mention, node.isMe && styles.ofMe)}>
          <bdi>{node.text}</bdi>
        </span>
      );
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

/** How the inline markup of a text is read: its marks, and the names that it calls out. */
interface Reading {
  parseInline: ParseInline | null;
  people: readonly NamedPerson[];
  colours: Colours | null;
  onCopy: (text: string) => void;
}

const createDrawBlock = ({ parseInline, people, colours, onCopy }: Reading): DrawBlock => {
  const renderBlock: DrawBlock = (block, key) => {
    switch (block.type) {
      case 'text':
        return <p key={key}>{markMentions(readInline(block.text, parseInline), people).map(renderInline)}</p>;
      case 'code':
        return <CodeBlock key={key} block={block} colours={colours} onCopy={onCopy} />;
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

type ShownMessage = Pick<
  TimelineMessage,
  'text' | 'userName' | 'status' | 'mentions' | 'mentionsEveryone' | 'userId'
>;

interface MessageTextProps {
  id?: string;
  message: ShownMessage;
  meId: string;
}

interface DrawnTextProps extends MessageTextProps {
  parseInline: ParseInline | null;
  /** Of code; null where it is to stay plain. */
  colours: Colours | null;
  /** Takes code along. */
  onCopy: (text: string) => void;
}

type Named = Pick<TimelineMessage, 'mentions' | 'mentionsEveryone' | 'userId'>;

const peopleIn = ({ mentions, mentionsEveryone, userId }: Named, meId: string): NamedPerson[] => [
  ...mentions.map((mention) => ({ name: mention.userName, isMe: mention.userId === meId })),
  ...(mentionsEveryone ? everyoneWords.map((name) => ({ name, isMe: userId !== meId })) : []),
];

/**
 * What somebody wrote, with its marks drawn. It is made of React elements from a closed set: no text of anybody's is ever
 * read as HTML, so there is nothing to sanitize.
 */
export const DrawnText = ({ id, message, meId, parseInline, colours, onCopy }: DrawnTextProps) => {
  const { text, userId, userName, status, mentions, mentionsEveryone } = message;
  const content = useMemo(() => {
    const people = peopleIn({ userId, mentions, mentionsEveryone }, meId);
    return parseBlocks(text).map(createDrawBlock({ parseInline, people, colours, onCopy }));
  }, [text, userId, mentions, mentionsEveryone, meId, parseInline, colours, onCopy]);
  return (
    <div
      id={id}
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
  const { t } = useTranslation();
  const { marks: markStore, colours } = useServices();
  const marks = useStore(markStore);
  const copy = useCopy();
  const onCopy = useCallback((text: string) => copy(text, t('chat.copiedCode')), [copy, t]);
  return <DrawnText {...props} parseInline={marks?.parseInline ?? null} colours={colours} onCopy={onCopy} />;
});
