/** Put at a link whose styles did not come. */
const lost = 'data-lost';

/**
 * Notes which styles did not come. From a link alone that cannot be told: while it loads it looks the same.
 * @param page its document.
 */
export const noteLostStyles = (page: Document): void => {
  page.addEventListener(
    'error',
    ({ target }) => {
      if (target instanceof HTMLLinkElement && target.relList.contains('stylesheet'))
        target.setAttribute(lost, '');
    },
    { capture: true },
  );
};

const askAgain = (link: HTMLLinkElement): Promise<void> =>
  new Promise((resolve, reject) => {
    const again = link.cloneNode() as HTMLLinkElement;
    again.removeAttribute(lost);
    again.addEventListener('load', () => resolve(), { once: true });
    again.addEventListener('error', () => reject(new Error(`No styles came from ${link.href}`)), {
      once: true,
    });
    link.replaceWith(again);
  });

/**
 * Styles that did not come are asked for again. A part of the page brings its own, and the bundler asks for them once:
 * whoever tried again would see that part without them. Whose they are nobody knows.
 * @throws Error where they are lost again.
 */
export const askLostStylesAgain = async (page: Document): Promise<void> => {
  await Promise.all([...page.querySelectorAll<HTMLLinkElement>(`link[${lost}]`)].map(askAgain));
};
