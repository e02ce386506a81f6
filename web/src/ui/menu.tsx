import {
  Fragment,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  type ToggleEvent,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { cx } from '../lib/cx.ts';
import { Icon, type IconName } from './icon.tsx';
import styles from './menu.module.css';
import { placeBeside, stepTo } from './menu-steps.ts';

export interface MenuItem {
  id: string;
  label: string;
  icon?: IconName;
  /** Of a choice among several: whether it is the chosen one. */
  checked?: boolean;
  /** Ends or takes away something. */
  danger?: boolean;
  /** Begins another group: a line stands above it. */
  apart?: boolean;
  testId?: string;
  onSelect: () => void;
}

/** What the button of a menu has to carry. */
export interface MenuButtonProps {
  ref: RefObject<HTMLButtonElement | null>;
  'aria-haspopup': 'menu';
  'aria-expanded': boolean;
  'aria-controls': string;
  onClick: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

interface MenuProps {
  /** What the menu is about, for those who do not see it. */
  label: string;
  items: readonly MenuItem[];
  button: (props: MenuButtonProps) => ReactNode;
}

const itemsOf = (menu: HTMLElement | null): HTMLElement[] => [
  ...(menu?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? []),
];

const handleMenuKey = (event: KeyboardEvent<HTMLElement>): void => {
  const menu = event.currentTarget;
  if (event.key === 'Tab') {
    // The focus goes back to the button first, and the browser moves it on from there.
    menu.hidePopover();
    return;
  }
  const items = itemsOf(menu);
  const labels = items.map(({ textContent }) => textContent ?? '');
  const next = stepTo(event.key, items.indexOf(document.activeElement as HTMLElement), labels);
  if (next === null) return;
  event.preventDefault();
  items[next]?.focus();
};

/** Below the button where there is room, else above it; never over the edge of the window. */
const useMenuPlace = (
  isOpen: boolean,
  button: RefObject<HTMLElement | null>,
  menu: RefObject<HTMLElement | null>,
) => {
  useLayoutEffect(() => {
    if (!isOpen || !button.current || !menu.current) return;
    const { width, height } = menu.current.getBoundingClientRect();
    const place = placeBeside(
      button.current.getBoundingClientRect(),
      { width, height },
      { width: window.innerWidth, height: window.innerHeight },
    );
    menu.current.style.left = `${place.left}px`;
    menu.current.style.top = `${place.top}px`;
    itemsOf(menu.current)[0]?.focus();
  }, [isOpen, button, menu]);
};

interface MenuEntryProps {
  item: MenuItem;
  onSelect: (item: MenuItem) => void;
}

const MenuEntry = ({ item, onSelect }: MenuEntryProps) => {
  const face = {
    type: 'button',
    tabIndex: -1,
    className: cx(styles.item, item.danger && styles.danger),
    'data-testid': item.testId,
    onClick: () => onSelect(item),
  } as const;
  if (item.checked === undefined) {
    return (
      <button role="menuitem" {...face}>
        <Icon name={item.icon ?? 'blank'} />
        {item.label}
      </button>
    );
  }
  return (
    <button role="menuitemradio" aria-checked={item.checked} {...face}>
      <Icon name={item.checked ? 'check' : 'blank'} />
      {item.label}
    </button>
  );
};

/**
 * A button with a list of actions. The browser's own popover: it stands above dialogs, closes on Escape or a click beside
 * it, and gives the focus back to the button.
 */
export const Menu = ({ label, items, button }: MenuProps) => {
  const id = useId();
  const buttonRef = useRef<HTMLButtonElement>(null);
  const menuRef = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  useMenuPlace(isOpen, buttonRef, menuRef);
  const open = (): void => {
    setIsOpen(true);
    menuRef.current?.showPopover();
  };
  const select = (item: MenuItem): void => {
    menuRef.current?.hidePopover();
    item.onSelect();
  };
  return (
    <>
      {button({
        ref: buttonRef,
        'aria-haspopup': 'menu',
        'aria-expanded': isOpen,
        'aria-controls': id,
        onClick: open,
        onKeyDown: (event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          open();
        },
      })}
      <div
        ref={menuRef}
        id={id}
        role="menu"
        aria-label={label}
        popover="auto"
        tabIndex={-1}
        className={styles.menu}
        onToggle={(event: ToggleEvent) => setIsOpen(event.newState === 'open')}
        onKeyDown={handleMenuKey}
      >
        {isOpen
          ? items.map((item) => (
              <Fragment key={item.id}>
                {item.apart ? <hr className={styles.line} /> : null}
                <MenuEntry item={item} onSelect={select} />
              </Fragment>
            ))
          : null}
      </div>
    </>
  );
};
