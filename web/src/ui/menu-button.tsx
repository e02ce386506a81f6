import { type KeyboardEvent, type ReactNode, type RefObject, useId, useRef, useState } from 'react';
import { Menu, type MenuItem } from './menu.tsx';

/** What the button of a menu has to carry. */
export interface MenuButtonProps {
  ref: RefObject<HTMLButtonElement | null>;
  'aria-haspopup': 'menu';
  'aria-expanded': boolean;
  'aria-controls': string | undefined;
  onPointerDown: () => void;
  onClick: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

interface WithMenuProps {
  /** What the menu is about, for those who do not see it. */
  label: string;
  items: readonly MenuItem[];
  button: (props: MenuButtonProps) => ReactNode;
}

/**
 * A button with a list of actions. The browser closes it on Escape or a click beside it, gives the focus back to the button,
 * and tells of it a moment later: opened again in that moment, the menu is another one, which the news does not close.
 */
export const WithMenu = ({ label, items, button }: WithMenuProps) => {
  const id = useId();
  const ref = useRef<HTMLButtonElement>(null);
  const [{ opening, isOpen }, setOpening] = useState({ opening: 0, isOpen: false });
  const closedByPress = useRef(false);
  const open = (): void => setOpening((last) => ({ opening: last.opening + 1, isOpen: true }));
  return (
    <>
      {button({
        ref,
        'aria-haspopup': 'menu',
        'aria-expanded': isOpen,
        'aria-controls': isOpen ? id : undefined,
        onPointerDown: () => {
          closedByPress.current = isOpen;
        },
        onClick: () => {
          if (closedByPress.current) closedByPress.current = false;
          else open();
        },
        onKeyDown: (event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          open();
        },
      })}
      {isOpen && ref.current ? (
        <Menu
          key={opening}
          id={id}
          anchor={ref.current}
          label={label}
          items={items}
          onClose={() => setOpening((last) => ({ ...last, isOpen: false }))}
        />
      ) : null}
    </>
  );
};
