/** More are not counted out. */
const maxShown = 99;

/** A title with how much waits in front of it, in the place of what stood there. */
export const markedTitle = (title: string, count: number): string => {
  const bare = title.replace(/^\(\d+\+?\) /, '');
  if (count === 0) return bare;
  return `(${count > maxShown ? `${maxShown}+` : count}) ${bare}`;
};

/** The sign of the house with a dot at its corner, in the colours of the light theme: a tab has no theme of ours. */
const markedIcon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#0b6a66" stroke="#0b6a66" stroke-width="3" stroke-linejoin="round" d="M16 4l9.5 5.5v11L16 26l-3-1.7-6.5 4.2 1.3-7.2-1.3-.8v-11z"/><path fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" d="M11 13v4M16 9.5v11M21 12v6"/><circle cx="25" cy="25" r="6.5" fill="#b3261e" stroke="#fff" stroke-width="2"/></svg>',
)}`;

/** Says in the browser's tab how much waits. @returns what takes it away again. */
export const markPage = (document: Document, count: number): (() => void) => {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const plain = icon?.href;
  if (icon && count > 0) icon.href = markedIcon;
  const apply = (): void => {
    const marked = markedTitle(document.title, count);
    if (document.title !== marked) document.title = marked;
  };
  apply();
  // Whoever names the page anew knows nothing of what waits.
  const observer = new MutationObserver(apply);
  const title = document.querySelector('title');
  if (title) observer.observe(title, { childList: true });
  return () => {
    observer.disconnect();
    if (icon && plain) icon.href = plain;
    document.title = markedTitle(document.title, 0);
  };
};
