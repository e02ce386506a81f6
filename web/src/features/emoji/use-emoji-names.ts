import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { loadEmojiNames, type NamedEmoji } from './emoji-names.ts';

interface EmojiNames {
  names: NamedEmoji[] | null;
  error: unknown;
}

/** The names of all emoji in the page's language, from when on they are needed; null until they have come. */
export const useEmojiNames = (isNeeded = true): EmojiNames => {
  const { i18n } = useTranslation();
  const language = i18n.resolvedLanguage ?? 'en';
  const [state, setState] = useState<EmojiNames>({ names: null, error: null });
  useEffect(() => {
    if (!isNeeded) return;
    let isWanted = true;
    loadEmojiNames(language).then(
      (names) => isWanted && setState({ names, error: null }),
      (error: unknown) => isWanted && setState({ names: null, error }),
    );
    return () => {
      isWanted = false;
    };
  }, [isNeeded, language]);
  return state;
};
