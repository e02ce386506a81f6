import type { ServerEvent } from '@boltorezka/sdk';
import { useEffect, useRef } from 'react';
import { useServices } from './services.tsx';

/** Calls back for what the server tells while the component is shown. */
export const useServerEvent = (onEvent: (event: ServerEvent) => void): void => {
  const { client } = useServices();
  const latest = useRef(onEvent);
  latest.current = onEvent;
  useEffect(() => client.connection.onEvent((event) => latest.current(event)), [client]);
};
