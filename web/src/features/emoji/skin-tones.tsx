import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import styles from './emoji.module.css';
import { parseSkinTone, skinTones, withSkinTone } from './skin-tone.ts';

/** In which tone people are drawn. */
export const SkinTones = () => {
  const { t } = useTranslation();
  const { emoji } = useServices();
  const tone = useStore(emoji.tone);
  return (
    <select
      className={styles.tones}
      aria-label={t('emoji.tone')}
      title={t('emoji.tone')}
      data-testid="emoji-tone"
      value={tone}
      onChange={(event) => emoji.chooseTone(parseSkinTone(event.target.value))}
    >
      {skinTones.map((value) => (
        <option key={value} value={value} aria-label={t(`emoji.tones.${value}`)}>
          {withSkinTone('✋', value)}
        </option>
      ))}
    </select>
  );
};
