import { type RefObject, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../lib/error-text.ts';
import { useFocusWithin } from '../lib/use-focus-within.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

interface FailureProps {
  /** Nothing is shown where there is none. It stays while it is tried again. */
  error: unknown;
  /** It is being tried again. */
  busy: boolean;
  onRetry: () => void;
  /** What was asked for stands there, and takes the focus over when that has come. */
  heir: RefObject<HTMLElement | null>;
  testId?: string;
}

/** Whoever has pressed the button goes on where what they asked for is: the button goes with the failure. */
const useHandedOn = (isShown: boolean, heir: RefObject<HTMLElement | null>) => {
  const { isWithin, handlers } = useFocusWithin<HTMLDivElement>();
  useEffect(() => {
    if (isShown || !isWithin.current) return;
    isWithin.current = false;
    if (document.activeElement === document.body) heir.current?.focus();
  }, [isShown, heir, isWithin]);
  return handlers;
};

/** What could not be read, and the way to ask for it again. That it failed again is told again: its words were others meanwhile. */
export const Failure = ({ error, busy, onRetry, heir, testId }: FailureProps) => {
  const { t } = useTranslation();
  const handlers = useHandedOn(Boolean(error), heir);
  if (!error) return null;
  return (
    <div {...handlers}>
      <Notice
        tone="danger"
        action={
          <Button aria-disabled={busy} onClick={() => !busy && onRetry()}>
            {t('common.tryAgain')}
          </Button>
        }
        {...(testId ? { testId } : {})}
      >
        {busy ? t('app.loading') : t(errorTextKey(error))}
      </Notice>
    </div>
  );
};
