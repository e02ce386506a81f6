import type { RegistrationMode } from '@boltorezka/sdk';
import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { useRemote } from '../../lib/use-remote.ts';
import { Failure } from '../../ui/failure.tsx';
import { Choice } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './admin.module.css';

const modes: readonly RegistrationMode[] = ['open', 'invitation', 'closed'];

/** Who may sign up. A choice takes effect at once. */
export const Registration = () => {
  const { t } = useTranslation();
  const { admin } = useServices().client;
  const { error, run } = useAction();
  const known = useRemote(useCallback(() => admin.registration(), [admin]));
  const choices = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<RegistrationMode | null>(null);
  const mode = chosen ?? known.data;
  const choose = (next: RegistrationMode): void => {
    void run(async () => setChosen(await admin.setRegistration(next)));
  };
  return (
    <section className={styles.section} aria-labelledby="admin-registration">
      <h2 id="admin-registration">{t('admin.registration')}</h2>
      <div ref={choices} tabIndex={-1} role="radiogroup" aria-labelledby="admin-registration">
        {modes.map((each) => (
          <Choice
            key={each}
            type="radio"
            name="registration"
            label={t(`admin.modes.${each}`)}
            data-testid={`registration-${each}`}
            checked={mode === each}
            onChange={() => choose(each)}
          />
        ))}
      </div>
      <Failure
        error={mode === null ? known.error : null}
        busy={known.status === 'loading'}
        onRetry={known.refresh}
        heir={choices}
        testId="registration-failed"
      />
      {error ? <Notice tone="danger">{t(errorTextKey(error))}</Notice> : null}
    </section>
  );
};
