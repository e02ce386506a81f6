/** Put at a link whose styles did not come. */
const lost = 'data-lost';

/** Parts of the page whose code and styles come when they are first needed. */
export interface Parts {
  /**
   * Loads one, and where that has failed before, its styles as well: the bundler asks for them once, and whoever tried again
   * would see the part without them.
   * @param load the same function each time.
   * @throws whatever it throws; Error where its styles did not come.
   */
  load<T>(load: () => Promise<T>): Promise<T>;
}

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

/** @param page its document. */
export const createParts = (page: Document): Parts => {
  const lostLinks = () => [...page.querySelectorAll<HTMLLinkElement>(`link[${lost}]`)];
  const lostUrls = () => new Set(lostLinks().map(({ href }) => href));
  const note = ({ target }: Event): void => {
    if (target instanceof HTMLLinkElement && target.relList.contains('stylesheet'))
      target.setAttribute(lost, '');
  };
  // From a link alone it cannot be told: while it loads it looks the same.
  page.addEventListener('error', note, { capture: true });
  const missing = new WeakMap<() => Promise<unknown>, ReadonlySet<string>>();
  /** Those of other parts are asked for as well, but not waited for: they may never come. */
  const askAllAgain = (own: ReadonlySet<string>): Promise<void>[] => {
    const asked = lostLinks().map((link) => ({ isOwn: own.has(link.href), end: askAgain(link) }));
    for (const { end } of asked) end.catch(() => undefined);
    return asked.filter(({ isOwn }) => isOwn).map(({ end }) => end);
  };
  return {
    load: async (load) => {
      const own = missing.get(load) ?? new Set();
      const before = lostUrls();
      try {
        const [module] = await Promise.all([load(), ...askAllAgain(own)]);
        missing.delete(load);
        return module;
      } catch (error) {
        missing.set(load, new Set([...lostUrls()].filter((url) => own.has(url) || !before.has(url))));
        throw error;
      }
    },
  };
};
