import type { TimelineMessage } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../../lib/services.tsx';
import { useStore } from '../../../lib/use-store.ts';
import { IconButton } from '../../../ui/button.tsx';
import { hasMine } from './reaction-list.ts';
import { hasAny, rightsOf } from './rights.ts';
import { useSurface } from './surface.tsx';
import styles from './toolbar.module.css';

/** Emoji that are one click away. */
const quickCount = 2;

const QuickReactions = ({ message }: { message: TimelineMessage }) => {
  const { t } = useTranslation();
  const { emoji } = useServices();
  const { acts } = useSurface();
  const recent = useStore(emoji.recent);
  return recent.slice(0, quickCount).map((symbol) => {
    const isMine = hasMine(message.reactions, symbol);
    return (
      <button
        key={symbol}
        type="button"
        className={styles.quick}
        aria-label={t('chat.actions.reactWith', { emoji: symbol })}
        title={t('chat.actions.reactWith', { emoji: symbol })}
        aria-pressed={isMine}
        data-testid="message-quick-reaction"
        onClick={() => acts.react(message, symbol, !isMine)}
      >
        {symbol}
      </button>
    );
  });
};

/** How far it stands over the edge of its row, as in the style sheet. */
const overlapPx = 12;

/** Over the first row in view, it would be cut off by the edge of what scrolls. */
const stayInView = (toolbar: HTMLElement | null): void => {
  const row = toolbar?.closest('[data-row]');
  const list = row?.closest('section');
  if (!toolbar || !row || !list) return;
  const room = row.getBoundingClientRect().top - list.getBoundingClientRect().top;
  if (room < overlapPx) toolbar.style.top = `${1 - room}px`;
};

/** The nearest things that one may want to do with a message, and the way to all others. */
export const MessageToolbar = ({ message }: { message: TimelineMessage }) => {
  const { t } = useTranslation();
  const surface = useSurface();
  const { acts } = surface;
  const rights = rightsOf(message, surface);
  if (!hasAny(rights)) return null;
  return (
    <div ref={stayInView} className={styles.toolbar} role="toolbar" aria-label={t('chat.actions.label')}>
      {rights.react ? <QuickReactions message={message} /> : null}
      {rights.react ? (
        <IconButton
          icon="smile"
          label={t('chat.actions.react')}
          data-testid="message-react"
          onClick={({ currentTarget }) => acts.open({ kind: 'emoji', message, anchor: currentTarget })}
        />
      ) : null}
      {rights.reply ? (
        <IconButton
          icon="reply"
          label={t('chat.actions.reply')}
          data-testid="message-reply"
          onClick={() => acts.reply(message)}
        />
      ) : null}
      {rights.edit ? (
        <IconButton
          icon="edit"
          label={t('chat.actions.edit')}
          data-testid="message-edit"
          onClick={() => acts.edit(message)}
        />
      ) : null}
      <IconButton
        icon="more"
        label={t('chat.actions.more')}
        aria-haspopup="menu"
        data-testid="message-more"
        onClick={({ currentTarget }) => acts.open({ kind: 'menu', message, anchor: currentTarget })}
      />
    </div>
  );
};
