import { limits } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choice, Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { CategoryField } from './category-field.tsx';
import styles from './lobby.module.css';
import { useCreateRoom } from './use-create-room.ts';

const bounds = {
  minTitle: limits.minRoomTitleLength,
  maxTitle: limits.maxRoomTitleLength,
  minSlug: limits.minRoomSlugLength,
  maxSlug: limits.maxRoomSlugLength,
};

type CreateRoom = ReturnType<typeof useCreateRoom>;

const NameFields = ({ form }: { form: CreateRoom }) => {
  const { t } = useTranslation();
  const { title, slug } = form.problems;
  return (
    <>
      <Field
        label={t('newRoom.name')}
        placeholder={t('newRoom.namePlaceholder')}
        data-testid="new-room-title"
        value={form.title}
        onChange={(event) => form.setTitle(event.target.value)}
        error={title ? t(`newRoom.problems.${title}`, bounds) : undefined}
      />
      <Field
        label={t('newRoom.slug')}
        hint={t('newRoom.slugHint')}
        data-testid="new-room-slug"
        autoCapitalize="none"
        spellCheck={false}
        value={form.slug}
        onChange={(event) => form.setOwnSlug(event.target.value)}
        error={slug ? t(`newRoom.problems.${slug}`, bounds) : undefined}
      />
    </>
  );
};

/** What may be left out: what the room is for, and where it stands in the list. */
const PlaceFields = ({ form }: { form: CreateRoom }) => {
  const { t } = useTranslation();
  return (
    <>
      <Field
        label={t('newRoom.topic')}
        hint={t('newRoom.topicHint')}
        maxLength={limits.maxRoomTopicLength}
        data-testid="new-room-topic"
        value={form.topic}
        onChange={(event) => form.setTopic(event.target.value)}
      />
      <CategoryField value={form.category} onChange={form.setCategory} testId="new-room-category" />
    </>
  );
};

const AccessFields = ({ form }: { form: CreateRoom }) => {
  const { t } = useTranslation();
  return (
    <fieldset>
      <legend className={styles.legend}>{t('newRoom.access')}</legend>
      {([true, false] as const).map((isPublic) => (
        <Choice
          key={String(isPublic)}
          type="radio"
          name="access"
          label={t(isPublic ? 'newRoom.public' : 'newRoom.private')}
          data-testid={isPublic ? 'new-room-public' : 'new-room-private'}
          checked={form.isPublic === isPublic}
          onChange={() => form.setIsPublic(isPublic)}
        />
      ))}
      {form.isPublic ? null : (
        <Choice
          type="checkbox"
          label={t('newRoom.acceptsRequests')}
          hint={t(form.acceptsRequests ? 'newRoom.answersHint' : 'newRoom.hiddenHint')}
          data-testid="new-room-requests"
          checked={form.acceptsRequests}
          onChange={(event) => form.setAcceptsRequests(event.target.checked)}
        />
      )}
    </fieldset>
  );
};

interface CreateRoomFormProps {
  onClose: () => void;
  onCreated: (slug: string) => void;
}

const CreateRoomForm = ({ onClose, onCreated }: CreateRoomFormProps) => {
  const { t } = useTranslation();
  const form = useCreateRoom(onCreated);
  return (
    <form className={styles.form} noValidate onSubmit={(event) => void form.submit(event)}>
      <NameFields form={form} />
      <AccessFields form={form} />
      <PlaceFields form={form} />
      {form.errorKey ? <Notice tone="danger">{t(form.errorKey)}</Notice> : null}
      <div className={styles.actions}>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button type="submit" variant="primary" data-testid="new-room-submit" aria-disabled={form.busy}>
          {t('newRoom.submit')}
        </Button>
      </div>
    </form>
  );
};

interface CreateRoomDialogProps extends CreateRoomFormProps {
  open: boolean;
}

export const CreateRoomDialog = ({ open, onClose, onCreated }: CreateRoomDialogProps) => {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onClose={onClose} title={t('newRoom.title')}>
      <CreateRoomForm onClose={onClose} onCreated={onCreated} />
    </Dialog>
  );
};
