import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../../lib/clipboard.ts';
import { useServices } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import styles from './admin.module.css';

interface SecretLinkProps {
  place: 'invite' | 'reset';
  code: string;
  hint: string;
}

/** A link that is told once: whoever has it may use it. The code stands behind the #, so that no server logs it. */
export const SecretLink = ({ place, code, hint }: SecretLinkProps) => {
  const { t } = useTranslation();
  const { toasts } = useServices();
  const url = new URL(`/${place}#${code}`, window.location.origin).href;
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new link takes the focus.
  useEffect(() => box.current?.querySelector('input')?.focus(), [url]);
  const copy = async (): Promise<void> => {
    if (await copyText(url)) toasts.show(t('admin.linkCopied'));
  };
  return (
    <div ref={box} className={styles.form}>
      <Field
        readOnly
        label={t('admin.link')}
        hint={hint}
        data-testid="secret-link"
        value={url}
        onFocus={(event) => event.currentTarget.select()}
      />
      <div className={styles.actions}>
        <Button icon="link" data-testid="secret-link-copy" onClick={() => void copy()}>
          {t('admin.copyLink')}
        </Button>
      </div>
    </div>
  );
};
