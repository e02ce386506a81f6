import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Field } from './field.tsx';
import styles from './pick-list.module.css';

export interface PickOption {
  id: string;
  label: string;
  /** What stands before the name: a drawing that says nothing by itself. */
  mark: ReactNode;
  /** Said after the name, and softer. */
  note?: string | undefined;
  testId?: string;
}

interface PickListProps {
  label: string;
  hint?: string;
  placeholder?: string;
  query: string;
  onQuery: (query: string) => void;
  options: readonly PickOption[];
  onPick: (id: string) => void;
  /** How the search stands, in words: how many were found, or that it is being looked. */
  status: string;
  testId: string;
}

/** The option that the arrows stand at; the first one again whenever there are others. */
const useActiveOption = (options: readonly PickOption[]) => {
  const [activeId, setActiveId] = useState<string | null>(null);
  const found = options.findIndex(({ id }) => id === activeId);
  const active = Math.max(found, 0);
  const move = (by: number): void => {
    const next = options[(active + by + options.length) % Math.max(options.length, 1)];
    if (next) setActiveId(next.id);
  };
  return { active, move, point: setActiveId };
};

/** Keeps the option that the arrows stand at in view. */
const useScrolledTo = (activeId: string | undefined) => {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const active = activeId === undefined ? null : list.current?.querySelector('[aria-selected="true"]');
    active?.scrollIntoView({ block: 'nearest' });
  }, [activeId]);
  return list;
};

interface KeyActions {
  move: (by: number) => void;
  pick: () => void;
}

/** While an input method composes a word, the keys belong to it. */
const handlePickKey = (event: KeyboardEvent, { move, pick }: KeyActions): void => {
  const step = { ArrowDown: 1, ArrowUp: -1, Enter: 0 }[event.key];
  if (step === undefined || event.nativeEvent.isComposing) return;
  event.preventDefault();
  if (step === 0) pick();
  else move(step);
};

/** A field to type a name into, and what fits it below: arrows choose, Enter takes (ARIA's combobox with a list that stays). */
export const PickList = (props: PickListProps) => {
  const { label, hint, placeholder, query, onQuery, options, onPick, status, testId } = props;
  const id = useId();
  const { active, move, point } = useActiveOption(options);
  const activeId = options[active]?.id;
  const list = useScrolledTo(activeId);
  const pick = (): void => {
    if (activeId !== undefined) onPick(activeId);
  };
  return (
    <div className={styles.picker}>
      <Field
        label={label}
        hint={hint}
        placeholder={placeholder}
        data-testid={testId}
        role="combobox"
        aria-expanded={options.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={activeId === undefined ? undefined : `${id}-${activeId}`}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={query}
        onChange={(event) => onQuery(event.target.value)}
        onKeyDown={(event) => handlePickKey(event, { move, pick })}
      />
      <p role="status" className={options.length > 0 ? 'visually-hidden' : styles.status}>
        {status}
      </p>
      <div ref={list} id={`${id}-list`} role="listbox" aria-label={label} className={styles.list}>
        {options.map((option, index) => (
          <PickRow
            key={option.id}
            id={`${id}-${option.id}`}
            option={option}
            isActive={index === active}
            onPoint={() => point(option.id)}
            onPick={() => onPick(option.id)}
          />
        ))}
      </div>
    </div>
  );
};

interface PickRowProps {
  id: string;
  option: PickOption;
  isActive: boolean;
  onPoint: () => void;
  onPick: () => void;
}

const PickRow = ({ id, option, isActive, onPoint, onPick }: PickRowProps) => (
  // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys.
  <div
    id={id}
    role="option"
    aria-selected={isActive}
    tabIndex={-1}
    className={styles.option}
    data-testid={option.testId}
    onPointerMove={onPoint}
    // The focus stays in the field.
    onPointerDown={(event) => event.preventDefault()}
    onClick={onPick}
  >
    {option.mark}
    <span className={styles.name}>{option.label}</span>
    {option.note ? <span className={styles.note}>{option.note}</span> : null}
  </div>
);
