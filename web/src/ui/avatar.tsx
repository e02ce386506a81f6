import { cx } from '../lib/cx.ts';
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
  small?: boolean;
}

/** Initials on a colour that stays the person's own. The name always stands beside it. */
export const Avatar = ({ userId, name, speaking = false, small = false }: AvatarProps) => (
  <span
    className={cx(
      styles.avatar,
      styles[`hue${hueOf(userId)}`],
      speaking && styles.speaking,
      small && styles.small,
    )}
    aria-hidden="true"
  >
    {initialsOf(name)}
  </span>
);
