/** Before each reload that nobody asked for: a server that starts, or is exchanged for another, takes its time. */
const pausesMs: readonly number[] = [1_000, 5_000, 30_000];
const longestPauseMs = 30_000;
const answerMs = 10_000;
const countKey = 'boltorezka.reloads';

/** Throws where the browser keeps nothing. */
type OpenStorage = () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const readCount = (storage: OpenStorage): number => {
  try {
    return Number(storage().getItem(countKey) ?? 0);
  } catch {
    return pausesMs.length;
  }
};

/** @returns false where it could not be noted: a page that does not know of its last reload would reload for ever. */
const noteCount = (storage: OpenStorage, count: number): boolean => {
  try {
    storage().setItem(countKey, String(count));
    return true;
  } catch {
    return false;
  }
};

/** Whether the page may still reload by itself: some times without having been whole in between. */
export const mayReload = (storage: OpenStorage): boolean => {
  const count = readCount(storage);
  return count in pausesMs && noteCount(storage, count);
};

/** The page is whole. */
export const forgetReloads = (storage: OpenStorage): void => {
  try {
    storage().removeItem(countKey);
  } catch {
    // Where nothing is kept, nothing was counted.
  }
};

interface ReloadDeps {
  storage: OpenStorage;
  location: Pick<Location, 'href' | 'reload'>;
  /** Tells when it is online again. */
  device: EventTarget;
}

const pause = (ms: number, device: EventTarget, signal: AbortSignal): Promise<void> =>
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

/** The server has a page for those who ask for one, and says of other things that they are not there. */
const isThere = (url: string, signal: AbortSignal): Promise<boolean> =>
  fetch(url, {
    ...{ method: 'HEAD', cache: 'no-store', headers: { accept: 'text/html' } },
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
  }).then(
    ({ ok }) => ok,
    () => false,
  );

/** Reloads when the server answers, where `mayReload`: before that, a reload would leave no page at all. */
export const reloadOnceReachable = async (
  { storage, location, device }: ReloadDeps,
  signal: AbortSignal,
): Promise<void> => {
  const count = readCount(storage);
  for (let ms = pausesMs[count] ?? longestPauseMs; !signal.aborted; ms = Math.min(2 * ms, longestPauseMs)) {
    await pause(ms, device, signal);
    const isReachable = !signal.aborted && (await isThere(location.href, signal));
    if (signal.aborted || !isReachable) continue;
    if (noteCount(storage, count + 1)) location.reload();
    return;
  }
};
