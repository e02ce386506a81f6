import type { TimelineMessage } from '@boltorezka/sdk';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../../lib/error-text.ts';
import { useServices } from '../../../lib/services.tsx';
import { useModule } from '../../../lib/use-module.ts';
import type { Anchor } from '../../../ui/anchor.ts';
import { Popover } from '../../../ui/popover.tsx';
import { toReactors } from '../message/reaction-list.ts';
import styles from './place.module.css';

interface ReactorsProps {
  message: TimelineMessage;
  anchor: Anchor;
  onClose: () => void;
}

/** Who reacted, and how. */
export const Reactors = ({ message, anchor, onClose }: ReactorsProps) => {
  const { t, i18n } = useTranslation();
  const { client } = useServices();
  const load = useCallback(
    async () => toReactors(await client.call('chat.reactions', { params: { message_id: message.id ?? '' } })),
    [client, message.id],
  );
  const { module: reactors, error } = useModule(load);
  const list = new Intl.ListFormat(i18n.resolvedLanguage ?? 'en');
  const namesOf = ({ names, count }: { names: string[]; count: number }): string =>
    list.format(
      count > names.length ? [...names, t('chat.othersToo', { count: count - names.length })] : names,
    );
  return (
    <Popover anchor={anchor} onClose={onClose} label={t('chat.actions.whoReacted')} testId="reactors">
      {reactors ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        <ul className={styles.reactors} tabIndex={0}>
          {reactors.map((reactor) => (
            <li key={reactor.emoji}>
              <span className={styles.reactorEmoji}>{reactor.emoji}</span>
              <span>{namesOf(reactor)}</span>
            </li>
          ))}
        </ul>
      ) : (
        <p className={styles.reactors} role="status">
          {error ? t(errorTextKey(error)) : t('app.loading')}
        </p>
      )}
    </Popover>
  );
};
