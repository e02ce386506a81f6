import { limits, type RoomDetails, type RoomMay } from '@boltorezka/sdk';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Choice, Field, SelectField, TextArea } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useUnsaved } from '../../ui/unsaved.ts';
import { CategoryField } from '../lobby/category-field.tsx';
import { inWords } from './durations.ts';
import styles from './moderation.module.css';
import { changesOf, problemsOf, type RoomForm, type RoomFormProblems, toForm } from './room-form.ts';

const slowModesS = [0, 5, 10, 30, 60, 5 * 60, 15 * 60, 60 * 60, limits.maxSlowModeS];

interface FieldsProps {
  form: RoomForm;
  may: RoomMay;
  problems: RoomFormProblems;
  set: (changes: Partial<RoomForm>) => void;
}

const NameFields = ({ form, may, problems, set }: FieldsProps) => {
  const { t } = useTranslation();
  const bounds = { minTitle: limits.minRoomTitleLength, maxTitle: limits.maxRoomTitleLength };
  return (
    <>
      {may.changeRoom ? (
        <Field
          label={t('newRoom.name')}
          data-testid="about-title"
          value={form.title}
          onChange={(event) => set({ title: event.target.value })}
          error={problems.title ? t('newRoom.problems.title', bounds) : undefined}
        />
      ) : null}
      <TextArea
        label={t('newRoom.topic')}
        hint={t('newRoom.topicHint')}
        maxLength={limits.maxRoomTopicLength}
        data-testid="about-topic"
        value={form.topic}
        onChange={(event) => set({ topic: event.target.value })}
      />
    </>
  );
};

const PlaceFields = ({ form, problems, set }: FieldsProps) => {
  const { t } = useTranslation();
  return (
    <div className={styles.pair}>
      <CategoryField
        value={form.category}
        onChange={(category) => set({ category })}
        testId="about-category"
      />
      <Field
        label={t('moderation.about.position')}
        hint={t('moderation.about.positionHint')}
        inputMode="numeric"
        data-testid="about-position"
        value={form.position}
        onChange={(event) => set({ position: event.target.value })}
        error={problems.position ? t('moderation.about.positionProblem') : undefined}
      />
    </div>
  );
};

const SlowMode = ({ form, set }: FieldsProps) => {
  const { t } = useTranslation();
  const textOf = (slowModeS: number): string => {
    if (slowModeS === 0) return t('moderation.about.slowModeOff');
    if (slowModeS < 60) return t('moderation.duration.seconds', { count: slowModeS });
    const { unit, count } = inWords(slowModeS);
    return t(`moderation.duration.${unit}`, { count });
  };
  const choices = slowModesS.includes(form.slowModeS) ? slowModesS : [...slowModesS, form.slowModeS];
  return (
    <SelectField
      label={t('moderation.about.slowMode')}
      data-testid="about-slow-mode"
      value={form.slowModeS}
      onChange={(event) => set({ slowModeS: Number(event.target.value) })}
    >
      {choices.map((slowModeS) => (
        <option key={slowModeS} value={slowModeS}>
          {textOf(slowModeS)}
        </option>
      ))}
    </SelectField>
  );
};

const AccessFields = ({ form, set }: FieldsProps) => {
  const { t } = useTranslation();
  return (
    <fieldset>
      <legend className={styles.legend}>{t('newRoom.access')}</legend>
      {([true, false] as const).map((isPublic) => (
        <Choice
          key={String(isPublic)}
          type="radio"
          name="about-access"
          label={t(isPublic ? 'newRoom.public' : 'newRoom.private')}
          data-testid={isPublic ? 'about-public' : 'about-private'}
          checked={form.isPublic === isPublic}
          onChange={() => set({ isPublic })}
        />
      ))}
      {form.isPublic ? null : (
        <Choice
          type="checkbox"
          label={t('moderation.about.acceptsRequests')}
          hint={t('moderation.about.acceptsRequestsHint')}
          data-testid="about-requests"
          checked={form.acceptsRequests}
          onChange={(event) => set({ acceptsRequests: event.target.checked })}
        />
      )}
    </fieldset>
  );
};

/** The form keeps to what it was opened with: a change by somebody else does not overwrite what is being written. */
const useRoomForm = (details: RoomDetails, may: RoomMay) => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  const { busy, error, run } = useAction();
  const { settle } = useUnsaved();
  const [before, setBefore] = useState(() => toForm(details));
  const [form, setForm] = useState(before);
  const [problems, setProblems] = useState<RoomFormProblems>({});
  const changes = changesOf(before, form, may);
  const isChanged = Object.keys(changes).length > 0;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const found = problemsOf(form);
    setProblems(found);
    if (!isChanged || Object.keys(found).length > 0) return;
    const params = { slug: details.roomSlug };
    if (!(await run(() => client.call('rooms.update', { params, body: changes })))) return;
    setBefore(form);
    settle();
    toasts.show(t('moderation.about.saved'));
  };
  const set = (more: Partial<RoomForm>): void => setForm((now) => ({ ...now, ...more }));
  return { form, problems, busy, error, isChanged, set, submit };
};

interface AboutSectionProps {
  details: RoomDetails;
  may: RoomMay;
}

/** What the room is called, is for, where it stands and who may come in. */
export const AboutSection = ({ details, may }: AboutSectionProps) => {
  const { t } = useTranslation();
  const { busy, error, isChanged, submit, ...rest } = useRoomForm(details, may);
  const fields = { ...rest, may };
  const closes = rest.form.isPublic !== details.isPublic && !rest.form.isPublic;
  return (
    <form className={styles.section} noValidate onSubmit={(event) => void submit(event)}>
      <NameFields {...fields} />
      {may.changePlace ? <PlaceFields {...fields} /> : null}
      <SlowMode {...fields} />
      {may.changeRoom ? <AccessFields {...fields} /> : null}
      {closes ? <Notice tone="warning">{t('moderation.about.closing')}</Notice> : null}
      {error ? <Notice tone="danger">{t(errorTextKey(error))}</Notice> : null}
      <Button
        type="submit"
        variant="primary"
        className={styles.submit}
        data-testid="about-save"
        aria-disabled={busy || !isChanged}
      >
        {t('moderation.about.save')}
      </Button>
    </form>
  );
};
