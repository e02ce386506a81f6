import type { Member } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { useBlockedIds } from '../../people/use-blocked-ids.ts';
import styles from './composer.module.css';

interface TypingLineProps {
  typing: readonly Member[];
}

/** Who else is writing. It has its place whether or not somebody is: nothing moves when they begin. */
export const TypingLine = ({ typing: everybody }: TypingLineProps) => {
  const { t } = useTranslation();
  const blockedIds = useBlockedIds();
  const typing = everybody.filter(({ userId }) => !blockedIds.has(userId));
  const [one, other] = typing;
  const text = () => {
    if (!one) return '';
    if (!other) return t('chat.typing.one', { name: one.userName });
    if (typing.length === 2) return t('chat.typing.two', { name: one.userName, other: other.userName });
    return t('chat.typing.many');
  };
  return (
    <p className={styles.typing} data-testid="chat-typing">
      {one ? <span className={styles.dots} aria-hidden="true" /> : null}
      {text()}
    </p>
  );
};
