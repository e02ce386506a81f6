import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askStylesAgain } from '../lib/ask-styles-again.ts';
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
  const hasFailed = useRef(false);
  const fail = useRef(() => {});
  fail.current = () => {
    hasFailed.current = true;
    toasts.show(t('app.partNotLoaded'));
    onFail();
  };
  useEffect(() => {
    if (!when || module) return;
    let isWanted = true;
    const loading = hasFailed.current ? askStylesAgain(document).then(load) : load();
    loading.then(
      (loaded) => isWanted && setModule({ loaded }),
      () => isWanted && fail.current(),
    );
    return () => {
      isWanted = false;
    };
  }, [load, when, module]);
  return module ? children(module.loaded) : null;
};
