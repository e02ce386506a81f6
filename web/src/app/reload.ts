/** A reload that did not help is not tried again so soon without being asked for. */
const graceMs = 60_000;

/** Whether this page is itself what a reload brought, a moment ago. */
export const isJustReloaded = (clock: Pick<Performance, 'now' | 'getEntriesByType'>): boolean => {
  const [navigation] = clock.getEntriesByType('navigation');
  return clock.now() < graceMs && (navigation as PerformanceNavigationTiming | undefined)?.type === 'reload';
};

const firstPauseMs = 500;
const longestPauseMs = 15_000;

interface ReloadDeps {
  signal: AbortSignal;
  location: Pick<Location, 'href' | 'reload'>;
  /** Tells when the device is online again. */
  device: EventTarget;
}

const pause = (ms: number, { signal, device }: ReloadDeps): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      device.removeEventListener('online', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    device.addEventListener('online', end);
    signal.addEventListener('abort', end);
  });

/** Reloads when the server answers: before that, a reload would leave no page at all. */
export const reloadOnceReachable = async (deps: ReloadDeps): Promise<void> => {
  const { signal, location } = deps;
  for (let ms = firstPauseMs; !signal.aborted; ms = Math.min(2 * ms, longestPauseMs)) {
    const isThere = await fetch(location.href, { method: 'HEAD', cache: 'no-store', signal }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (signal.aborted) return;
    if (isThere) return location.reload();
    await pause(ms, deps);
  }
};
