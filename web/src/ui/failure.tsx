import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../lib/error-text.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

interface FailureProps {
  /** Nothing is shown where there is none. */
  error: unknown;
  onRetry: () => void;
  testId?: string;
}

/** What could not be read, and the way to ask for it again. */
export const Failure = ({ error, onRetry, testId }: FailureProps) => {
  const { t } = useTranslation();
  if (!error) return null;
  return (
    <Notice
      tone="danger"
      action={<Button onClick={onRetry}>{t('common.tryAgain')}</Button>}
      {...(testId ? { testId } : {})}
    >
      {t(errorTextKey(error))}
    </Notice>
  );
};
