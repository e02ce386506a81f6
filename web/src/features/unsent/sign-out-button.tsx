import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { SignOutDialog, useHasUnsent } from './sign-out-dialog.tsx';
import { useSignOut } from './use-sign-out.ts';

export const SignOutButton = () => {
  const { t } = useTranslation();
  const { client } = useServices();
  const [isAsking, setAsking] = useState(false);
  const signOut = useSignOut({ everywhere: false });
  const hasUnsent = useHasUnsent();
  return (
    <>
      <Button
        data-testid="sign-out"
        onClick={() => (hasUnsent() ? setAsking(true) : runQuietly(client.auth.logout()))}
      >
        {t('settings.signOut')}
      </Button>
      <SignOutDialog {...{ signOut, everywhere: false, open: isAsking }} onClose={() => setAsking(false)} />
    </>
  );
};
