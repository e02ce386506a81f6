import { type KeyboardEvent, type ReactNode, useId } from 'react';
import { useMediaQuery } from '../lib/use-media-query.ts';
import { Count } from './count.tsx';
import { SelectField } from './field.tsx';
import { stepTo } from './menu-steps.ts';
import styles from './tabs.module.css';

export interface Tab<Id extends string> {
  id: Id;
  label: string;
  /** How many things wait there; what they are is said in words. */
  waiting?: { count: number; label: string };
}

interface TabsProps<Id extends string> {
  label: string;
  tabs: readonly Tab<Id>[];
  selected: Id;
  onSelect: (id: Id) => void;
  children: ReactNode;
}

/** Arrows go up and down here, and along as well: whoever cannot see which way the list runs finds the next one. */
const keyOf = (key: string): string => {
  if (key === 'ArrowRight') return 'ArrowDown';
  return key === 'ArrowLeft' ? 'ArrowUp' : key;
};

const textOf = <Id extends string>({ label, waiting }: Tab<Id>): string =>
  waiting && waiting.count > 0 ? `${label} (${waiting.count})` : label;

/** The choice above, on a phone. */
const SectionSelect = <Id extends string>({ label, tabs, selected, onSelect }: TabsProps<Id>) => (
  <SelectField
    label={label}
    data-testid="sections"
    value={selected}
    onChange={(event) => {
      const tab = tabs.find((other) => other.id === event.target.value);
      if (tab) onSelect(tab.id);
    }}
  >
    {tabs.map((tab) => (
      <option key={tab.id} value={tab.id}>
        {textOf(tab)}
      </option>
    ))}
  </SelectField>
);

interface TabListProps<Id extends string> extends TabsProps<Id> {
  id: string;
}

const TabList = <Id extends string>({ id, label, tabs, selected, onSelect }: TabListProps<Id>) => {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const from = tabs.findIndex((tab) => tab.id === selected);
    const next = stepTo(keyOf(event.key), from, tabs.map(textOf));
    const tab = next === null ? undefined : tabs[next];
    if (!tab) return;
    event.preventDefault();
    onSelect(tab.id);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${tab.id}"]`)?.focus();
  };
  return (
    <div
      role="tablist"
      aria-label={label}
      aria-orientation="vertical"
      className={styles.list}
      onKeyDown={onKeyDown}
    >
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          id={`${id}-${tab.id}`}
          aria-selected={tab.id === selected}
          aria-controls={`${id}-panel`}
          tabIndex={tab.id === selected ? 0 : -1}
          className={styles.tab}
          data-tab={tab.id}
          data-testid={`section-${tab.id}`}
          onClick={() => onSelect(tab.id)}
        >
          {tab.label}
          {tab.waiting ? <Count count={tab.waiting.count} label={tab.waiting.label} /> : null}
        </button>
      ))}
    </div>
  );
};

/** Sections of a dialog: a list at the left where there is width for it, a choice above on a phone. */
export const Tabs = <Id extends string>(props: TabsProps<Id>) => {
  const id = useId();
  const wide = useMediaQuery('(min-width: 45rem)');
  if (!wide) {
    return (
      <div className={styles.stack}>
        <SectionSelect {...props} />
        <div className={styles.panel}>{props.children}</div>
      </div>
    );
  }
  return (
    <div className={styles.columns}>
      <TabList id={id} {...props} />
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${props.selected}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        className={styles.panel}
      >
        {props.children}
      </div>
    </div>
  );
};
