export interface PageListeners {
  /** The network is back, or the page is looked at again. */
  onWake(): void;
  /** The device is on another network, or on one again. */
  onNetworkChange(): void;
  /** Nobody looks at the page. */
  onHidden(): void;
  /** The page is going away for good. */
  onLeave(): void;
}

/** What a browser tells a page about itself. In Node there is no page, and nothing is ever told. */
export const listenToPage = ({ onWake, onNetworkChange, onHidden, onLeave }: PageListeners): (() => void) => {
  if (typeof window === 'undefined' || typeof document === 'undefined') return () => undefined;
  const onVisibilityChange = () => {
    if (document.visibilityState === 'visible') onWake();
    else onHidden();
  };
  const onPageHide = (event: PageTransitionEvent) => {
    // A persisted page is only frozen: it may come back with everything it held.
    if (!event.persisted) onLeave();
  };
  const onOnline = () => {
    onWake();
    onNetworkChange();
  };
  // Network Information API: where there is none, `online` has to do.
  const network = (navigator as Navigator & { connection?: EventTarget }).connection;
  network?.addEventListener('change', onOnline);
  window.addEventListener('online', onOnline);
  window.addEventListener('pagehide', onPageHide);
  document.addEventListener('visibilitychange', onVisibilityChange);
  return () => {
    network?.removeEventListener('change', onOnline);
    window.removeEventListener('online', onOnline);
    window.removeEventListener('pagehide', onPageHide);
    document.removeEventListener('visibilitychange', onVisibilityChange);
  };
};
