/** What a menu stands beside: an element, or the place that somebody pointed at. */
export interface Anchor {
  getBoundingClientRect(): { left: number; right: number; top: number; bottom: number };
  /** The finger or the button that still rests there as the menu opens. */
  pointerId?: number;
}

interface Pointing {
  clientX: number;
  clientY: number;
  pointerId?: number | undefined;
}

export const anchorAt = ({ clientX, clientY, pointerId }: Pointing): Anchor => ({
  getBoundingClientRect: () => ({ left: clientX, right: clientX, top: clientY, bottom: clientY }),
  ...(pointerId !== undefined && { pointerId }),
});

/** The browser's own menu is worth more there: it opens links elsewhere, saves pictures, corrects what was typed. */
const keepsItsOwn = 'a, audio, video, input, textarea';

const isSelected = (target: Node): boolean => {
  const selection = window.getSelection();
  return selection !== null && !selection.isCollapsed && selection.containsNode(target, true);
};

/** Whether a menu of ours may stand in the browser's place. What is pressed with a finger has no other way to a menu. */
export const mayTakeMenu = (target: EventTarget, byFinger: boolean): boolean =>
  target instanceof Element &&
  target.closest(byFinger ? keepsItsOwn : `${keepsItsOwn}, img`) === null &&
  (byFinger || !isSelected(target));
