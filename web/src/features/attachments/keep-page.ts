/** A file that is let go where nothing takes it would have the browser leave the page and show it. @returns what ends that. */
export const keepPageFromDrops = (window: Window): (() => void) => {
  const refuse = (event: DragEvent): void => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'none';
  };
  window.addEventListener('dragover', refuse);
  window.addEventListener('drop', refuse);
  return () => {
    window.removeEventListener('dragover', refuse);
    window.removeEventListener('drop', refuse);
  };
};

/** Whoever closes the page while something is only here is asked by the browser whether they mean it. @returns what ends that. */
export const keepPageWhile = (window: Window, isNeeded: () => boolean): (() => void) => {
  const ask = (event: BeforeUnloadEvent): void => {
    if (isNeeded()) event.preventDefault();
  };
  window.addEventListener('beforeunload', ask);
  return () => window.removeEventListener('beforeunload', ask);
};
