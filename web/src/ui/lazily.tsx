import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../lib/services.tsx';

interface LazilyProps<T> {
  /** The same function from render to render. */
  load: () => Promise<T>;
  /** From when on it is needed. */
  when: boolean;
  /** It could not be loaded, which is said: what wanted it wants it no more. */
  onFail: () => void;
  children: (module: T) => ReactNode;
}

/** Of what hangs on a connection that is dead, the browser says so after minutes. */
const patienceMs = 15_000;

/**
 * What is drawn by code that comes when it is first needed. Afterwards it stays: a dialog that closes has to be there to
 * give the focus back.
 */
export const Lazily = <T,>({ load, when, onFail, children }: LazilyProps<T>) => {
  const { t } = useTranslation();
  const { toasts, parts } = useServices();
  const [module, setModule] = useState<{ loaded: T } | null>(null);
  const fail = useRef(() => {});
  fail.current = () => {
    toasts.show(t('app.partNotLoaded'));
    onFail();
  };
  useEffect(() => {
    if (!when || module) return;
    let isWanted = true;
    const giveUp = (): void => {
      if (isWanted) fail.current();
    };
    parts.load(load).then((loaded) => isWanted && setModule({ loaded }), giveUp);
    const timer = setTimeout(giveUp, patienceMs);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [load, when, module, parts]);
  return module ? children(module.loaded) : null;
};
