export interface PageListeners {
  /** The network is back, or the page is looked at again. */
  onWake(): void;
  /** The page is going away for good. */
  onLeave(): void;
}

/** What a browser tells a page about itself. In Node there is no page, and nothing is ever told. */
export const listenToPage = ({ onWake, onLeave }: PageListeners): (() => void) => {
  if (typeof window === 'undefined' || typeof document === 'undefined') return () => undefined;
  const onVisibilityChange = () => {
    if (document.visibilityState === 'visible') onWake();
  };
  const onPageHide = (event: PageTransitionEvent) => {
    // A persisted page is only frozen: it may come back with everything it held.
    if (!event.persisted) onLeave();
  };
  window.addEventListener('online', onWake);
  window.addEventListener('pagehide', onPageHide);
  document.addEventListener('visibilitychange', onVisibilityChange);
  return () => {
    window.removeEventListener('online', onWake);
    window.removeEventListener('pagehide', onPageHide);
    document.removeEventListener('visibilitychange', onVisibilityChange);
  };
};
