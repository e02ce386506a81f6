import { useEffect, useState } from 'react';

/** True once the condition has held for so long without a break: what passes in a moment is not worth telling. */
export const useLasting = (condition: boolean, afterMs: number): boolean => {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    if (!condition) return;
    const timer = setTimeout(() => setLasts(true), afterMs);
    return () => {
      clearTimeout(timer);
      setLasts(false);
    };
  }, [condition, afterMs]);
  return lasts;
};
