import {
  type FormEvent,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  type SyntheticEvent,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../lib/cx.ts';
import { Button, IconButton } from './button.tsx';
import styles from './dialog.module.css';
import { UnsavedContext, useWords } from './unsaved.ts';
import { useModal } from './use-modal.ts';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** Slides in from an edge of the screen instead of standing in its middle. */
  edge?: 'left' | 'right';
  /** What was begun in it is not to be called off any more: it stays. */
  locked?: boolean;
  /** For what has sections: as wide as a page of text. */
  wide?: boolean;
}

/** Whether something was chosen in a form inside: a click beside the dialog must not throw that away. */
const useTouched = (open: boolean) => {
  const [isTouched, setTouched] = useState(false);
  useEffect(() => {
    if (!open) setTouched(false);
  }, [open]);
  const onInput = ({ target }: FormEvent): void => {
    if (target instanceof Element && target.closest('form')) setTouched(true);
  };
  return { isTouched, onInput };
};

/** Something floats over the dialog that a key closes first. */
const hasPopover = (): boolean => document.querySelector('[popover="auto"]:popover-open') !== null;

/** Whoever has written something is asked before it is lost; until then what was to be done waits. */
const useQuestion = (words: ReturnType<typeof useWords>) => {
  const [asked, setAsked] = useState<{ act: () => void } | null>(null);
  const wasAsked = useRef(false);
  useEffect(() => {
    // While the question stood, nothing beneath it could have the focus.
    if (wasAsked.current && !asked) words.comeBack();
    wasAsked.current = asked !== null;
  }, [asked, words]);
  const unsaved = useMemo(
    () => ({
      settle: words.settle,
      leave: (act: () => void): void => {
        if (words.areUnsaved()) setAsked({ act });
        else act();
      },
    }),
    [words],
  );
  return {
    ...{ unsaved, isAsked: asked !== null },
    keep: () => setAsked(null),
    discard: (): void => {
      setAsked(null);
      words.settle();
      asked?.act();
    },
  };
};

/**
 * The ways out of a dialog. Escape is taken as a key: as a request to close, browsers let a page refuse it only once, and the
 * second Escape would close both the question and what it is about.
 */
const useWaysOut = (ref: RefObject<HTMLDialogElement | null>, props: DialogProps) => {
  const { open, locked = false, onClose } = props;
  const words = useWords();
  const question = useQuestion(words);
  const leave = (): void => {
    if (!locked) question.unsaved.leave(onClose);
  };
  const isHeld = (): boolean => locked || words.areUnsaved();
  // React passes the events of a dialog that stands inside on to this one.
  const isOwn = ({ target }: SyntheticEvent): boolean =>
    target instanceof Element && target.closest('dialog') === ref.current;
  return {
    ...{ question, leave },
    handlers: {
      onFocus: words.noteFocus,
      onKeyDown: (event: KeyboardEvent): void => {
        const isEscape = event.key === 'Escape' && !event.nativeEvent.isComposing;
        if (!isEscape || event.defaultPrevented || !isOwn(event) || hasPopover()) return;
        event.preventDefault();
        leave();
      },
      onCancel: (event: SyntheticEvent): void => {
        if (!isOwn(event) || !isHeld()) return;
        event.preventDefault();
        leave();
      },
      onClose: (event: SyntheticEvent): void => {
        if (event.target !== event.currentTarget) return;
        // The browser tells of it a moment later: by now it may have been opened anew.
        if (ref.current?.open) return;
        // Closed by a request that could not be refused, such as a second swipe back.
        if (open && isHeld()) ref.current?.showModal();
        leave();
      },
    },
  };
};

interface QuestionProps {
  onKeep: () => void;
  onDiscard: () => void;
}

/** Whoever only presses Enter loses nothing: what keeps the words stands first. */
const Question = ({ onKeep, onDiscard }: QuestionProps) => {
  const { t } = useTranslation();
  return (
    <Dialog open title={t('unsaved.title')} onClose={onKeep}>
      <div className={styles.question} data-testid="unsaved">
        <p>{t('unsaved.text')}</p>
        <div className={styles.actions}>
          <Button data-testid="unsaved-keep" onClick={onKeep}>
            {t('unsaved.keep')}
          </Button>
          <Button variant="danger" data-testid="unsaved-discard" onClick={onDiscard}>
            {t('unsaved.discard')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
};

/**
 * A native modal dialog: the browser keeps the focus inside, closes it on a click beside it where nothing is lost by that,
 * and gives the focus back. The close button stands last, so that the first field takes the focus.
 */
export const Dialog = (props: DialogProps) => {
  const { open, title, children, edge, locked = false, wide = false } = props;
  const { t } = useTranslation();
  const ref = useModal(open);
  const titleId = useId();
  const { isTouched, onInput } = useTouched(open);
  const { question, leave, handlers } = useWaysOut(ref, props);
  return (
    <dialog
      ref={ref}
      tabIndex={-1}
      className={cx(styles.dialog, edge && styles[edge], wide && styles.wide)}
      aria-labelledby={titleId}
      closedby={isTouched || locked ? 'closerequest' : 'any'}
      onInput={onInput}
      {...handlers}
    >
      {open ? (
        <div className={styles.body}>
          <h2 id={titleId} className={styles.title}>
            {title}
          </h2>
          <UnsavedContext value={question.unsaved}>{children}</UnsavedContext>
          <IconButton className={styles.close} icon="close" label={t('common.close')} onClick={leave} />
        </div>
      ) : null}
      {open && question.isAsked ? <Question onKeep={question.keep} onDiscard={question.discard} /> : null}
    </dialog>
  );
};
