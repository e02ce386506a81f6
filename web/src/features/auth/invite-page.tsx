import { useTranslation } from 'react-i18next';
import { errorTextKey, isCode } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './auth.module.css';
import { EntryFrame } from './entry-frame.tsx';
import { InvitationNotice } from './invitation-notice.tsx';
import { takeInvitation } from './invited.ts';
import { useInvitation } from './use-invitation.ts';

/** For somebody who is signed in already: take the invitation, or leave it. */
export const InvitePage = ({ code }: { code: string }) => {
  const { t } = useTranslation();
  const services = useServices();
  const action = useAction();
  const face = useInvitation(code);
  return (
    <EntryFrame>
      <h1 className={styles.title}>{t('invite.title')}</h1>
      <InvitationNotice face={face} />
      {action.error ? (
        <Notice tone="danger" testId="invite-error">
          {t(isCode(action.error, 'NotFound') ? 'invite.ended' : errorTextKey(action.error))}
        </Notice>
      ) : null}
      {face === 'ended' ? null : (
        <Button
          variant="primary"
          data-testid="invite-accept"
          aria-disabled={action.busy}
          onClick={() => void action.run(() => takeInvitation(services, code))}
        >
          {t('invite.accept')}
        </Button>
      )}
      <Button variant="link" data-testid="invite-leave" onClick={() => services.router.go('room')}>
        {t('invite.leave')}
      </Button>
    </EntryFrame>
  );
};
