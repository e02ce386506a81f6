import { type MouseEvent, useState } from 'react';
import { type Anchor, anchorAt } from './anchor.ts';

interface ContextAnchor {
  /** Where the right button was pressed, for as long as the menu is open. */
  anchor: Anchor | null;
  onContextMenu: (event: MouseEvent) => void;
  onClose: () => void;
}

/** A menu on the right button, on something that does another thing when it is pressed. */
export const useContextAnchor = (): ContextAnchor => {
  const [anchor, setAnchor] = useState<Anchor | null>(null);
  return {
    anchor,
    onContextMenu: (event) => {
      event.preventDefault();
      setAnchor(anchorAt(event.nativeEvent as PointerEvent));
    },
    // Opened anew in the moment it closes, it is another one, which the news does not close.
    onClose: () => setAnchor((current) => (current === anchor ? null : current)),
  };
};
