import type { Member } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { useSentence } from './use-sentence.ts';

interface BlockDialogProps {
  person: Pick<Member, 'userId' | 'userName'>;
  open: boolean;
  onClose: () => void;
}

/** Keeps somebody from writing to me directly. */
export const BlockDialog = ({ person, open, onClose }: BlockDialogProps) => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { busy, error, pass } = useSentence(onClose);
  const { userId, userName } = person;
  const block = (): Promise<void> =>
    pass(() => client.people.block({ userId, userName }), t('people.blocked', { name: userName }));
  return (
    <ConfirmDialog
      danger
      open={open}
      title={t('people.block.title', { name: userName })}
      text={<p>{t('people.block.text')}</p>}
      confirmLabel={t('people.block.submit')}
      busy={busy}
      error={error}
      onConfirm={() => void block()}
      onClose={onClose}
    />
  );
};
