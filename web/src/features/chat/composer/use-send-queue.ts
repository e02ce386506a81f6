import { useEffect, useState } from 'react';
import { useLatest } from '../../../lib/use-latest.ts';

interface Sending {
  isSendable: boolean;
  /** Nothing but files that are still on their way keeps it. */
  waits: boolean;
  send: () => void;
}

/** What is sent while its files still go up goes by itself when they are there, unless somebody writes on meanwhile. */
export const useSendQueue = ({ isSendable, waits, send }: Sending) => {
  const [isQueued, setQueued] = useState(false);
  const latest = useLatest(send);
  useEffect(() => {
    if (!isQueued || waits) return;
    setQueued(false);
    if (isSendable) latest.current();
  }, [isQueued, waits, isSendable, latest]);
  return {
    isQueued,
    send: (): void => (isSendable ? send() : setQueued(waits)),
    cancel: (): void => setQueued(false),
  };
};
