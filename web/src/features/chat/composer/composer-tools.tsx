import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../../ui/button.tsx';
import { Lazily } from '../../../ui/lazily.tsx';
import { loadEmojiPicker } from '../../emoji/load-picker.ts';
import styles from './composer.module.css';
import type { useComposer } from './use-composer.ts';

interface ComposerToolsProps {
  writing: ReturnType<typeof useComposer>;
  mayAttach: boolean;
}

const AttachButton = ({ onChoose }: { onChoose: (files: File[]) => void }) => {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t('files.attach')}
        data-testid="attach-input"
        onChange={({ currentTarget }) => {
          onChoose([...(currentTarget.files ?? [])]);
          // The same file can be chosen again after it was taken back.
          currentTarget.value = '';
        }}
      />
      <IconButton
        icon="attach"
        label={t('files.attach')}
        data-testid="attach"
        onClick={() => input.current?.click()}
      />
    </>
  );
};

/** What can be put into a message besides words. */
export const ComposerTools = ({ writing, mayAttach }: ComposerToolsProps) => {
  const { t } = useTranslation();
  const [anchor, setAnchor] = useState<Element | null>(null);
  const close = useCallback(() => setAnchor(null), []);
  return (
    <div className={styles.tools}>
      {mayAttach ? <AttachButton onChoose={writing.addFiles} /> : null}
      <IconButton
        icon="smile"
        label={t('emoji.open')}
        aria-haspopup="dialog"
        aria-expanded={anchor !== null}
        data-testid="emoji-open"
        onClick={({ currentTarget }) => setAnchor(currentTarget)}
      />
      <Lazily load={loadEmojiPicker} when={anchor !== null} onFail={close}>
        {({ EmojiPicker }) =>
          anchor ? <EmojiPicker anchor={anchor} onPick={writing.insertText} onClose={close} /> : null
        }
      </Lazily>
    </div>
  );
};
