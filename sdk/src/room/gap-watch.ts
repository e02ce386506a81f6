export interface GapWatchDeps {
  /** Something that happened is known of, and has not come. */
  isBehind: () => boolean;
  onGap: () => void;
}

/** Events overtake each other by a little; what does not come for so long is lost, and must be asked for. */
export interface GapWatch {
  look(): void;
  stop(): void;
}

const patienceMs = 700;
const maxPatienceMs = 10_000;

/** Where asking does not help, it is asked ever less often. */
export const createGapWatch = ({ isBehind, onGap }: GapWatchDeps): GapWatch => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempts = 0;
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const look = () => {
    if (!isBehind()) {
      stop();
      attempts = 0;
      return;
    }
    if (timer !== undefined) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        attempts += 1;
        onGap();
        look();
      },
      Math.min(maxPatienceMs, patienceMs * 2 ** Math.min(attempts, 5)),
    );
  };
  return { look, stop };
};
