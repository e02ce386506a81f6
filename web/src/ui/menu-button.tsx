import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useId,
  useRef,
  useState,
} from 'react';
import { type Anchor, anchorAt } from './anchor.ts';
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
  /** The right button opens the same, where it was pressed. */
  onContextMenu: (event: MouseEvent) => void;
}

interface WithMenuProps {
  /** What the menu is about, for those who do not see it. */
  label: string;
  items: readonly MenuItem[];
  button: (props: MenuButtonProps) => ReactNode;
}

interface Opening {
  opening: number;
  /** What the open menu stands beside; null where none is open. */
  anchor: Anchor | null;
}

/**
 * A button with a list of actions. The browser closes it on Escape or a click beside it, gives the focus back to the button,
 * and tells of it a moment later: opened again in that moment, the menu is another one, which the news does not close.
 */
export const WithMenu = ({ label, items, button }: WithMenuProps) => {
  const id = useId();
  const ref = useRef<HTMLButtonElement>(null);
  const [{ opening, anchor }, setOpening] = useState<Opening>({ opening: 0, anchor: null });
  const isOpen = anchor !== null;
  const closedByPress = useRef(false);
  const open = (beside: Anchor | null): void =>
    setOpening((last) => ({ opening: last.opening + 1, anchor: beside }));
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
          else open(ref.current);
        },
        onKeyDown: (event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          open(ref.current);
        },
        onContextMenu: (event) => {
          event.preventDefault();
          open(anchorAt(event.nativeEvent as PointerEvent));
        },
      })}
      {anchor ? (
        <Menu
          key={opening}
          id={id}
          anchor={anchor}
          label={label}
          items={items}
          onClose={() => setOpening((last) => ({ ...last, anchor: null }))}
        />
      ) : null}
    </>
  );
};
