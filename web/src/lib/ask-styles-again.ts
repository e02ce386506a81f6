const askAgain = (link: HTMLLinkElement): Promise<void> =>
  new Promise((resolve, reject) => {
    const again = link.cloneNode() as HTMLLinkElement;
    again.addEventListener('load', () => resolve(), { once: true });
    again.addEventListener('error', () => reject(new Error(`No styles came from ${link.href}`)), {
      once: true,
    });
    link.replaceWith(again);
  });

/** Where the server answered with an error, browsers keep an empty sheet; where it did not answer, none. */
const isLost = ({ sheet }: HTMLLinkElement): boolean => !sheet?.cssRules.length;

/**
 * Styles that could not be loaded are asked for again. A part of the page brings its own, and the bundler asks for them
 * once: whoever tried again would see that part without them.
 */
export const askStylesAgain = async (document: Document): Promise<void> => {
  const links = document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]');
  await Promise.all([...links].filter(isLost).map(askAgain));
};
