import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../../lib/clipboard.ts';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { TextArea } from '../../ui/field.tsx';
import styles from './invitations.module.css';

interface NewLinkProps {
  url: string;
}

/** A link that was just made. It is shown here and now, and never again. */
export const NewLink = ({ url }: NewLinkProps) => {
  const { t } = useTranslation();
  const { toasts } = useServices();
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new link takes the focus.
  useEffect(() => {
    const field = box.current?.querySelector('textarea');
    field?.focus();
    field?.select();
  }, [url]);
  const copy = async (): Promise<void> => {
    if (await copyText(url)) toasts.show(t('invitations.copied'));
    // The field is selected: the keyboard copies it.
    else box.current?.querySelector('textarea')?.select();
  };
  return (
    <div ref={box} className={styles.link}>
      <TextArea
        readOnly
        rows={2}
        label={t('invitations.link')}
        hint={t('invitations.linkHint')}
        data-testid="invitation-link"
        value={url}
        onFocus={(event) => event.target.select()}
      />
      <Button icon="copy" data-testid="invitation-copy" onClick={() => runQuietly(copy())}>
        {t('invitations.copy')}
      </Button>
    </div>
  );
};
