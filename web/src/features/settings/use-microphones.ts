import { useEffect, useState } from 'react';

/** The microphones that the browser lets us know of, kept up to date as they are plugged in and out. */
export const useMicrophones = (): MediaDeviceInfo[] => {
  const [microphones, setMicrophones] = useState<MediaDeviceInfo[]>([]);
  useEffect(() => {
    // Missing on pages that are not secure.
    const { mediaDevices } = navigator as { mediaDevices?: MediaDevices };
    if (!mediaDevices) return;
    let current = true;
    const refresh = (): void => {
      mediaDevices
        .enumerateDevices()
        .then((all) => {
          const inputs = all.filter(({ kind, deviceId }) => kind === 'audioinput' && deviceId !== '');
          if (current) setMicrophones(inputs);
        })
        .catch(() => undefined);
    };
    refresh();
    mediaDevices.addEventListener('devicechange', refresh);
    return () => {
      current = false;
      mediaDevices.removeEventListener('devicechange', refresh);
    };
  }, []);
  return microphones;
};
