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

/**
 * What is drawn by code that comes when it is first needed. Afterwards it stays: a dialog that closes has to be there to
 * give the focus back.
 */
export const Lazily = <T,>({ load, when, onFail, children }: LazilyProps<T>) => {
  const { t } = useTranslation();
  const { toasts } = useServices();
  const [module, setModule] = useState<{ loaded: T } | null>(null);
  const fail = useRef(() => {});
  fail.current = () => {
    toasts.show(t('errors.Unavailable'));
    onFail();
  };
  useEffect(() => {
    if (!when || module) return;
    let isWanted = true;
    load().then(
      (loaded) => isWanted && setModule({ loaded }),
      () => isWanted && fail.current(),
    );
    return () => {
      isWanted = false;
    };
  }, [load, when, module]);
  return module ? children(module.loaded) : null;
};
