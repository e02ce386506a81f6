import { limits } from '@boltorezka/sdk';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../../lib/cx.ts';
import { useMediaQuery } from '../../../lib/use-media-query.ts';
import { IconButton } from '../../../ui/button.tsx';
import styles from './composer.module.css';

/** The counter keeps quiet until this few characters are left. */
const counterFrom = 400;

interface CounterProps {
  id: string;
  left: number;
}

const Counter = ({ id, left }: CounterProps) => {
  const { t } = useTranslation();
  if (left > counterFrom) return null;
  const text = left >= 0 ? t('chat.left', { count: left }) : t('chat.over', { count: -left });
  return (
    <p id={id} className={cx(styles.counter, left < 0 && styles.over)}>
      {text}
    </p>
  );
};

const useDraft = (slug: string, drafts: Map<string, string>) => {
  const [text, setText] = useState(() => drafts.get(slug) ?? '');
  const input = useRef<HTMLTextAreaElement>(null);
  const change = (next: string): void => {
    setText(next);
    drafts.set(slug, next);
  };
  return { text, input, change };
};

interface ComposerProps {
  slug: string;
  title: string;
  drafts: Map<string, string>;
  onSend: (text: string) => void;
}

/**
 * Where messages are written. Enter sends, Shift and Enter begin a new line; where one types with a thumb there is no
 * Shift to hold, so Enter begins a line and the button sends.
 */
export const Composer = ({ slug, title, drafts, onSend }: ComposerProps) => {
  const { t } = useTranslation();
  const counterId = useId();
  const byThumb = useMediaQuery('(pointer: coarse)');
  const { text, input, change } = useDraft(slug, drafts);
  const left = limits.maxChatTextLength - text.length;
  const sendable = text.trim() !== '' && left >= 0;
  const send = (): void => {
    if (!sendable) return;
    onSend(text);
    change('');
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || byThumb) return;
    // While an input method composes a word, Enter belongs to it. Safari ends the word first and says so by a code alone.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };
  return (
    <div className={styles.composer}>
      {/* The copy in data-text gives the cell its height, and the field follows. */}
      <div className={styles.grow} data-text={text}>
        <textarea
          ref={input}
          className={styles.input}
          rows={1}
          enterKeyHint={byThumb ? 'enter' : 'send'}
          aria-label={t('chat.input')}
          aria-describedby={left > counterFrom ? undefined : counterId}
          aria-invalid={left < 0 ? true : undefined}
          placeholder={t('chat.placeholder', { room: title })}
          data-testid="chat-input"
          value={text}
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </div>
      <IconButton
        variant="primary"
        icon="send"
        label={t('chat.send')}
        data-testid="chat-send"
        disabled={!sendable}
        onClick={send}
      />
      <Counter id={counterId} left={left} />
    </div>
  );
};
