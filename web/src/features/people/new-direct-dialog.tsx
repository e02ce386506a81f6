import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { useStore } from '../../lib/use-store.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { directErrorKey } from './direct-error.ts';
import { PeoplePicker } from './people-picker.tsx';

interface NewDirectProps {
  onOpened: (slug: string) => void;
}

const NewDirect = ({ onOpened }: NewDirectProps) => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { user } = useStore(client.auth.state);
  const { error, run } = useAction();
  const open = async (userId: string): Promise<void> => {
    await run(async () => onOpened((await client.rooms.openDirect(userId)).slug));
  };
  return (
    <>
      {error ? <Notice tone="danger">{t(directErrorKey(error))}</Notice> : null}
      <PeoplePicker
        label={t('people.toWhom')}
        except={user ? [user.id] : []}
        onPick={({ userId }) => void open(userId)}
      />
    </>
  );
};

interface NewDirectDialogProps extends NewDirectProps {
  open: boolean;
  onClose: () => void;
}

/** Whom to write to: the conversation of two is opened, or made where there is none. */
export const NewDirectDialog = ({ open, onClose, onOpened }: NewDirectDialogProps) => {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onClose={onClose} title={t('people.newDirect')}>
      <NewDirect onOpened={onOpened} />
    </Dialog>
  );
};
