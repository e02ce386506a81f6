import { Fragment, type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { cx } from '../lib/cx.ts';
import type { Anchor } from './anchor.ts';
import { Count } from './count.tsx';
import { Icon, type IconName } from './icon.tsx';
import styles from './menu.module.css';
import { stepTo } from './menu-steps.ts';
import { Popover } from './popover.tsx';

export interface MenuItem {
  id: string;
  label: string;
  icon?: IconName;
  /** How much there is new behind it, and the same in words. */
  news?: { count: number; label: string };
  /** Of a choice among several: whether it is the chosen one. */
  checked?: boolean;
  /** Ends or takes away something. */
  danger?: boolean;
  /** Begins another group: a line stands above it. */
  apart?: boolean;
  /** The key that does the same where the focus stands on what the menu belongs to. */
  shortcut?: string | undefined;
  testId?: string;
  onSelect: () => void;
}

const itemsOf = (menu: Element): HTMLElement[] => [
  ...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]'),
];

/** Closes the menu, and with it gives the focus back, before anything is done: what is done may take the focus. */
const closeAround = (element: Element): void => element.closest<HTMLElement>('[popover]')?.hidePopover();

/** In a row of items an arrow to the side leads on as well. */
const keyOf = (key: string): string => {
  if (key === 'ArrowRight') return 'ArrowDown';
  return key === 'ArrowLeft' ? 'ArrowUp' : key;
};

const handleKey = (event: KeyboardEvent<HTMLElement>): void => {
  if (event.key === 'Tab') {
    closeAround(event.currentTarget);
    return;
  }
  const items = itemsOf(event.currentTarget);
  const labels = items.map((item) => item.getAttribute('aria-label') ?? item.textContent ?? '');
  const next = stepTo(keyOf(event.key), items.indexOf(document.activeElement as HTMLElement), labels);
  if (next === null) return;
  event.stopPropagation();
  event.preventDefault();
  items[next]?.focus();
};

interface MenuEntryProps {
  item: MenuItem;
  className?: string | undefined;
  /** Where the drawing alone is to be seen. */
  label?: string;
  children: ReactNode;
}

export const MenuEntry = ({ item, className, label, children }: MenuEntryProps) => {
  const { checked, testId, onSelect } = item;
  const kind =
    checked === undefined ? { role: 'menuitem' } : { role: 'menuitemradio', 'aria-checked': checked };
  return (
    <button
      type="button"
      {...kind}
      tabIndex={-1}
      className={className}
      aria-label={label}
      title={label}
      data-testid={testId}
      onClick={(event) => {
        closeAround(event.currentTarget);
        onSelect();
      }}
    >
      {children}
    </button>
  );
};

/** What stands before the words; entries without it are as far from the edge where others have one. */
const drawingOf = ({ icon, checked }: MenuItem): IconName => (checked ? 'check' : (icon ?? 'blank'));

interface MenuProps {
  /** What was pressed, or what the actions are about. */
  anchor: Anchor;
  id?: string;
  label: string;
  items: readonly MenuItem[];
  /** More items, in a row of their own at the top. */
  head?: ReactNode;
  onClose: () => void;
  testId?: string;
}

/** What can be done with something: it is open for as long as it is drawn. */
export const Menu = ({ anchor, id, label, items, head, onClose, testId }: MenuProps) => {
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (body.current) itemsOf(body.current)[0]?.focus();
  }, []);
  useLayoutEffect(() => {
    // The item that had the focus has gone: somebody else has done what it offered.
    if (items.length > 0 && document.activeElement === document.body) body.current?.focus();
  }, [items]);
  return (
    <Popover anchor={anchor} onClose={onClose} label={label} role="group" testId={testId}>
      <div
        ref={body}
        id={id}
        role="menu"
        tabIndex={-1}
        aria-label={label}
        className={styles.menu}
        onKeyDown={handleKey}
      >
        {head}
        {items.map((item) => (
          <Fragment key={item.id}>
            {item.apart ? <hr className={styles.line} /> : null}
            <MenuEntry item={item} className={cx(styles.item, item.danger && styles.danger)}>
              <Icon name={drawingOf(item)} />
              <span className={styles.label}>{item.label}</span>
              {item.news ? <Count strong {...item.news} /> : null}
              {item.shortcut ? (
                <span className={styles.keys} aria-hidden="true">
                  {item.shortcut}
                </span>
              ) : null}
            </MenuEntry>
          </Fragment>
        ))}
      </div>
    </Popover>
  );
};
