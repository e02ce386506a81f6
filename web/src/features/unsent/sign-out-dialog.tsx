import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './unsent.module.css';
import { UnsentList } from './unsent-list.tsx';
import type { SignOut } from './use-sign-out.ts';
import { useUnsent } from './use-unsent.ts';

/** @returns what tells whether whoever signs out has something to decide about. */
export const useHasUnsent = (): (() => boolean) => {
  const { client, uploads } = useServices();
  return () =>
    client.unsent.state.get().length > 0 || client.drafts.list().length > 0 || uploads.chosen().length > 0;
};

interface QuestionProps {
  signOut: SignOut;
  everywhere: boolean;
  onClose: () => void;
}

interface AnswersProps extends QuestionProps {
  hasWords: boolean;
}

/** Of files alone nothing is to be kept; words that come meanwhile, which nobody was asked about, are. */
const Answers = ({ signOut, everywhere, hasWords, onClose }: AnswersProps) => {
  const { t } = useTranslation();
  const { isLeaving, keep, erase } = signOut;
  return (
    <div className={styles.actions}>
      <Button aria-disabled={isLeaving} onClick={() => !isLeaving && onClose()}>
        {t('common.cancel')}
      </Button>
      <Button
        variant="danger"
        data-testid="sign-out-erase"
        aria-disabled={isLeaving}
        onClick={hasWords ? erase : keep}
      >
        {hasWords ? t('unsent.eraseAndSignOut') : t(everywhere ? 'account.endAll' : 'settings.signOut')}
      </Button>
      {hasWords ? (
        <Button variant="primary" data-testid="sign-out-keep" aria-disabled={isLeaving} onClick={keep}>
          {t('unsent.keepAndSignOut')}
        </Button>
      ) : null}
    </div>
  );
};

/** What is unsent stays in this browser, where others may sit: whoever signs out decides about it. Chosen files never stay. */
const Question = (props: QuestionProps) => {
  const { t } = useTranslation();
  const { signOut, everywhere } = props;
  const things = useUnsent();
  const areWords = things.messages.length + things.drafts.length > 0;
  // They go as they are taken back: what was asked stays the question.
  const [hasWords, setHasWords] = useState(areWords);
  // What failed when this was asked before is not told again.
  const [oldError] = useState(signOut.error);
  if (areWords && !hasWords && !signOut.isLeaving) setHasWords(true);
  return (
    <div className={styles.form} data-testid="sign-out-unsent">
      {everywhere ? <p>{t('account.endAllText')}</p> : null}
      <p>{t(hasWords ? 'unsent.signOutText' : 'unsent.signOutFilesText')}</p>
      <UnsentList {...things} />
      {signOut.error && signOut.error !== oldError ? (
        <Notice tone="danger">{`${t(errorTextKey(signOut.error))} ${t('account.endAllFailed')}`}</Notice>
      ) : null}
      <Answers {...props} hasWords={hasWords} />
    </div>
  );
};

/** Asks what is to become of what is unsent. */
export const SignOutDialog = ({ open, ...props }: QuestionProps & { open: boolean }) => {
  const { t } = useTranslation();
  const { signOut, everywhere, onClose } = props;
  return (
    <Dialog
      open={open}
      locked={signOut.isLeaving}
      onClose={onClose}
      title={t(everywhere ? 'account.endAllTitle' : 'unsent.signOutTitle')}
    >
      {open ? <Question {...props} /> : null}
    </Dialog>
  );
};
