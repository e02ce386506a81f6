import { type ComponentProps, type RefObject, useEffect, useId, useRef } from 'react';
import { cx } from '../lib/cx.ts';
import styles from './field.module.css';

/** A form that was refused leads to the first field that has to be mended: what is wrong is read with it. */
const useMending = (error: string | undefined): RefObject<HTMLInputElement | null> => {
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const form = ref.current?.form;
    if (error === undefined || !form?.contains(document.activeElement)) return;
    form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [error]);
  return ref;
};

interface FieldProps extends ComponentProps<'input'> {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
}

/** A labelled line of input with its hint and, when something is wrong, what is wrong. */
export const Field = ({ label, hint, error, ...input }: FieldProps) => {
  const id = useId();
  const ref = useMending(error);
  const note = error ?? hint;
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <input
        ref={ref}
        {...input}
        id={id}
        className={styles.input}
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
      />
      {note ? (
        <p id={`${id}-note`} className={cx(styles.note, error !== undefined && styles.error)}>
          {note}
        </p>
      ) : null}
    </div>
  );
};

interface ButtonFieldProps extends ComponentProps<'button'> {
  label: string;
  /** What is chosen, in words. */
  value: string;
}

/** What is chosen elsewhere, as a labelled field: pressing it leads there. */
export const ButtonField = ({ label, value, ...button }: ButtonFieldProps) => {
  const id = useId();
  return (
    <div className={styles.field}>
      <span id={`${id}-label`} className={styles.label}>
        {label}
      </span>
      <button
        type="button"
        {...button}
        id={id}
        className={cx(styles.input, styles.button)}
        aria-labelledby={`${id}-label ${id}`}
      >
        {value}
      </button>
    </div>
  );
};

interface ChoiceProps extends ComponentProps<'input'> {
  label: string;
  hint?: string;
  type: 'checkbox' | 'radio';
}

/** A box to tick or a dot to choose, its label beside it. */
export const Choice = ({ label, hint, ...input }: ChoiceProps) => {
  const id = useId();
  return (
    <div className={styles.choice}>
      <input {...input} id={id} className={styles.mark} aria-describedby={hint ? `${id}-note` : undefined} />
      <label htmlFor={id}>{label}</label>
      {hint ? (
        <p id={`${id}-note`} className={styles.note}>
          {hint}
        </p>
      ) : null}
    </div>
  );
};

interface TextAreaProps extends ComponentProps<'textarea'> {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
}

/** A labelled field for a few lines. */
export const TextArea = ({ label, hint, error, ...area }: TextAreaProps) => {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <textarea
        rows={3}
        {...area}
        id={id}
        className={cx(styles.input, styles.area)}
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
      />
      {note ? (
        <p id={`${id}-note`} className={cx(styles.note, error !== undefined && styles.error)}>
          {note}
        </p>
      ) : null}
    </div>
  );
};

interface SelectFieldProps extends ComponentProps<'select'> {
  label: string;
}

/** A labelled choice of one from a list. */
export const SelectField = ({ label, children, ...select }: SelectFieldProps) => {
  const id = useId();
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <select {...select} id={id} className={cx(styles.input, styles.select)}>
        {children}
      </select>
    </div>
  );
};
