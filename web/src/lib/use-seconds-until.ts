import { useEffect, useState } from 'react';

/** What is further away is told by the hour that it comes at: a countdown of thousands of seconds says nothing. */
export const countedDownS = 120;

/** How many seconds are left until then, counted down; null where there is nothing to wait for. */
export const useSecondsUntil = (at: number | null): number | null => {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (at === null) return;
    setNowMs(Date.now());
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [at]);
  return at === null ? null : Math.max(0, Math.ceil((at - nowMs) / 1000));
};
