import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { cx } from '../lib/cx.ts';
import styles from './action-menu.module.css';
import { Icon, type IconName } from './icon.tsx';
import { stepTo } from './menu-steps.ts';
import { Popover } from './popover.tsx';

export interface ActionItem {
  id: string;
  label: string;
  icon?: IconName;
  danger?: boolean;
  /** The key that does the same where the focus stands on what the menu belongs to. */
  shortcut?: string | undefined;
  onSelect: () => void;
}

const itemsOf = (menu: Element): HTMLElement[] => [
  ...menu.querySelectorAll<HTMLElement>('[role="menuitem"]'),
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

interface ActionButtonProps {
  item: ActionItem;
  className?: string | undefined;
  /** Where the drawing alone is to be seen. */
  label?: string;
  children: ReactNode;
}

export const ActionButton = ({ item, className, label, children }: ActionButtonProps) => (
  <button
    type="button"
    role="menuitem"
    tabIndex={-1}
    className={className}
    aria-label={label}
    title={label}
    data-testid={`action-${item.id}`}
    onClick={(event) => {
      closeAround(event.currentTarget);
      item.onSelect();
    }}
  >
    {children}
  </button>
);

interface ActionMenuProps {
  /** What was pressed, or what the actions are about. */
  anchor: Element;
  label: string;
  items: readonly ActionItem[];
  /** More items, in a row of their own at the top. */
  head?: ReactNode;
  onClose: () => void;
  testId?: string;
}

/** What can be done with something that has no button of its own for it: it is open for as long as it is drawn. */
export const ActionMenu = ({ anchor, label, items, head, onClose, testId }: ActionMenuProps) => {
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (body.current) itemsOf(body.current)[0]?.focus();
  }, []);
  return (
    <Popover anchor={anchor} onClose={onClose} label={label} role="group" testId={testId}>
      <div
        ref={body}
        role="menu"
        tabIndex={-1}
        aria-label={label}
        className={styles.menu}
        onKeyDown={handleKey}
      >
        {head}
        {items.map((item) => (
          <ActionButton key={item.id} item={item} className={cx(styles.item, item.danger && styles.danger)}>
            {item.icon ? <Icon name={item.icon} /> : null}
            <span className={styles.label}>{item.label}</span>
            {item.shortcut ? (
              <span className={styles.keys} aria-hidden="true">
                {item.shortcut}
              </span>
            ) : null}
          </ActionButton>
        ))}
      </div>
    </Popover>
  );
};
