import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';

interface ResolveButtonProps {
  'data-testid': string;
  busy: boolean;
  onClick: () => void;
}

/** A report has been dealt with, whatever was done about it. */
export const ResolveButton = ({ busy, ...rest }: ResolveButtonProps) => {
  const { t } = useTranslation();
  return (
    <Button variant="primary" icon="check" aria-disabled={busy} {...rest}>
      {t('moderation.reports.resolve')}
    </Button>
  );
};
