export interface HeartbeatDeps {
  intervalMs: number;
  /** How long nothing at all may arrive after a beat. */
  timeoutMs: number;
  random: () => number;
  /** Sends a ping; how it is answered is seen as traffic. */
  beat: () => void;
  onDead: () => void;
}

export interface Heartbeat {
  /** Any frame proves that the socket lives. */
  handleTraffic(): void;
  /** Beats without waiting: the network has changed, or the machine has slept. */
  beatNow(): void;
  close(): void;
}

/**
 * Finds the socket that is dead without saying so. The first beat comes at a random point of the interval, so that the
 * clients of a restarted server do not all beat at the same moment for ever after.
 */
export const createHeartbeat = (deps: HeartbeatDeps): Heartbeat => {
  let nextBeat: ReturnType<typeof setTimeout> | undefined;
  let deadline: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  const handleTraffic = () => {
    clearTimeout(deadline);
    deadline = undefined;
  };
  const close = () => {
    closed = true;
    clearTimeout(nextBeat);
    handleTraffic();
  };
  const beatNow = () => {
    if (closed) return;
    clearTimeout(nextBeat);
    nextBeat = setTimeout(beatNow, deps.intervalMs);
    deadline ??= setTimeout(() => {
      close();
      deps.onDead();
    }, deps.timeoutMs);
    deps.beat();
  };
  nextBeat = setTimeout(beatNow, deps.intervalMs * deps.random());
  return { handleTraffic, beatNow, close };
};
