import { useTranslation } from 'react-i18next';

interface SkipLinkProps {
  /** The id of what to skip to. */
  to: string;
}

/** Past the rooms, for those who reach everything by Tab (WCAG 2.4.1). */
export const SkipLink = ({ to }: SkipLinkProps) => {
  const { t } = useTranslation();
  return (
    <a
      className="skip-link"
      href={`#${to}`}
      data-testid="skip-link"
      onClick={(event) => {
        // The address names the room; a fragment in it would be one more step to go back through.
        event.preventDefault();
        document.getElementById(to)?.focus();
      }}
    >
      {t('app.skip')}
    </a>
  );
};
