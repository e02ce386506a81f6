/** What had the focus may have gone: then it goes to what lies under that, not to the top of the page. */
export const catchFocus = (): void => {
  if (document.activeElement !== document.body) return;
  const under = [...document.querySelectorAll<HTMLElement>('dialog:modal')].at(-1);
  (under ?? document.querySelector('main'))?.focus({ preventScroll: true });
};
