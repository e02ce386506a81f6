import { useEffect, useState } from 'react';

const everyMs = 15_000;

/** The time, for what is true until then; it moves by itself. */
export const useNow = (): number => {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
};
