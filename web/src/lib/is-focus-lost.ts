/**
 * Whether what had the focus has gone from the page: whoever works by keyboard would begin at the top again. As the page
 * loads nothing is lost: nobody has touched it, and it begins with the way past the rooms.
 */
export const isFocusLost = (): boolean =>
  navigator.userActivation.hasBeenActive && document.activeElement === document.body;
