import { useMemo } from 'react';
import { cx } from '../lib/cx.ts';
import { useServices } from '../lib/services.tsx';
import { useStore } from '../lib/use-store.ts';
import styles from './avatar.module.css';

const hueCount = 8;

const hueOf = (userId: string): number => {
  let sum = 0;
  for (const character of userId) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 997;
  return (sum % hueCount) + 1;
};

const initialsOf = (name: string): string => {
  const words = name.trim().split(/\s+/u);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toLocaleUpperCase();
};

interface AvatarProps {
  userId: string;
  name: string;
  speaking?: boolean;
  size?: 'small' | 'large';
}

/** The address of somebody's picture; null: they have none, or it is not here yet. */
const useFace = (userId: string): string | null => {
  const { client, faces } = useServices();
  const pictureId = useStore(client.pictures.of(userId));
  return useStore(useMemo(() => faces.of(pictureId), [faces, pictureId]));
};

/**
 * Somebody's picture; without one, initials on a colour that stays the person's own. It takes the same room either way, and the
 * name always stands beside it.
 */
export const Avatar = ({ userId, name, speaking = false, size }: AvatarProps) => {
  const face = useFace(userId);
  return (
    <span
      className={cx(
        styles.avatar,
        styles[`hue${hueOf(userId)}`],
        speaking && styles.speaking,
        size && styles[size],
      )}
      aria-hidden="true"
      data-testid="avatar"
      data-has-picture={face !== null}
    >
      {face === null ? (
        initialsOf(name)
      ) : (
        <img className={styles.picture} src={face} alt="" draggable={false} />
      )}
    </span>
  );
};
