import type { Reaction, TimelineMessage } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../../lib/cx.ts';
import { useServices } from '../../../lib/services.tsx';
import { Icon } from '../../../ui/icon.tsx';
import styles from './parts.module.css';
import { hasRoomForMore, toReactors } from './reaction-list.ts';
import { rightsOf } from './rights.ts';
import { useSurface } from './surface.tsx';

/** So many names are told of one emoji; the rest is a number. */
const maxNames = 8;

/** Who reacted is asked for when somebody wants to know. */
const useNames = (message: TimelineMessage) => {
  const { i18n, t } = useTranslation();
  const { client } = useServices();
  const [names, setNames] = useState<Readonly<Record<string, string>>>({});
  const load = (): void => {
    if (message.id === null) return;
    const list = new Intl.ListFormat(i18n.resolvedLanguage ?? 'en');
    client.call('chat.reactions', { params: { message_id: message.id } }).then(
      (answer) =>
        setNames(
          Object.fromEntries(
            toReactors(answer).map(({ emoji, count, names: all }) => {
              const shown = all.slice(0, maxNames);
              const rest = count - shown.length;
              return [
                emoji,
                list.format(rest > 0 ? [...shown, t('chat.othersToo', { count: rest })] : shown),
              ];
            }),
          ),
        ),
      // A tooltip is not worth an error.
      () => undefined,
    );
  };
  return { names, load };
};

interface ReactionButtonProps {
  reaction: Reaction;
  names: string | undefined;
  isEnabled: boolean;
  onWonder: () => void;
  onToggle: () => void;
}

const ReactionButton = ({ reaction, names, isEnabled, onWonder, onToggle }: ReactionButtonProps) => {
  const { t } = useTranslation();
  const { emoji, count, isMine } = reaction;
  return (
    <button
      type="button"
      className={cx(styles.reaction, isMine && styles.mine)}
      aria-pressed={isMine}
      aria-disabled={!isEnabled}
      aria-label={t('chat.reaction', { emoji, count })}
      title={names}
      data-testid="chat-reaction"
      data-emoji={emoji}
      onPointerEnter={onWonder}
      onFocus={onWonder}
      onClick={() => isEnabled && onToggle()}
    >
      <span aria-hidden="true">{emoji}</span>
      <span className={styles.reactionCount} aria-hidden="true">
        {count}
      </span>
    </button>
  );
};

/** How people answered without words. */
export const Reactions = ({ message }: { message: TimelineMessage }) => {
  const { t } = useTranslation();
  const surface = useSurface();
  const { acts } = surface;
  const { names, load } = useNames(message);
  const rights = rightsOf(message, surface);
  return (
    <ul className={styles.reactions} aria-label={t('chat.reactions')}>
      {message.reactions.map((reaction) => (
        <li key={reaction.emoji}>
          <ReactionButton
            reaction={reaction}
            names={names[reaction.emoji]}
            isEnabled={rights.react}
            onWonder={load}
            onToggle={() => acts.react(message, reaction.emoji, !reaction.isMine)}
          />
        </li>
      ))}
      {rights.react && hasRoomForMore(message.reactions) ? (
        <li>
          <button
            type="button"
            className={cx(styles.reaction, styles.addReaction)}
            aria-label={t('chat.actions.react')}
            title={t('chat.actions.react')}
            data-testid="chat-reaction-add"
            onClick={({ currentTarget }) => acts.open({ kind: 'emoji', message, anchor: currentTarget })}
          >
            <Icon name="smile" small />
          </button>
        </li>
      ) : null}
    </ul>
  );
};
