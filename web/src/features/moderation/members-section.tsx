import type { Member, RoomState, User } from '@boltorezka/sdk';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { useNow } from '../../lib/use-now.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { rankMatches } from '../lobby/match.ts';
import { actionsOn } from '../members/person-actions.ts';
import { PersonRow } from '../members/person-row.tsx';
import { buildRoster, type RosterPerson } from '../members/roster.ts';
import { byRole } from '../members/standing.ts';
import { useMembers } from '../members/use-members.ts';
import { usePersonActions } from '../members/use-person-actions.tsx';
import { PeoplePicker } from '../people/people-picker.tsx';
import styles from './moderation.module.css';
import { RecordList } from './record-list.tsx';
import { useSentence } from './use-sentence.ts';

interface MembersSectionProps {
  state: RoomState;
  me: User;
}

interface AddPersonProps {
  slug: string;
  except: readonly string[];
  onDone: () => void;
}

const AddPerson = ({ slug, except, onDone }: AddPersonProps) => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { error, pass } = useSentence(onDone);
  const add = ({ userId, userName: name }: Member): Promise<void> =>
    pass(
      () => client.call('members.set', { params: { slug, user_id: userId }, body: { role: 'member' } }),
      t('moderation.members.added', { name }),
    );
  return (
    <>
      {error ? <Notice tone="danger">{error}</Notice> : null}
      <PeoplePicker
        label={t('moderation.members.whom')}
        hint={t('moderation.members.addHint')}
        except={except}
        onPick={(person) => void add(person)}
      />
    </>
  );
};

const AddPersonButton = ({ slug, except }: Omit<AddPersonProps, 'onDone'>) => {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const close = (): void => setIsOpen(false);
  return (
    <>
      <Button
        icon="userPlus"
        className={styles.submit}
        data-testid="member-add"
        onClick={() => setIsOpen(true)}
      >
        {t('moderation.members.add')}
      </Button>
      <Dialog open={isOpen} onClose={close} title={t('moderation.members.add')}>
        <AddPerson slug={slug} except={except} onDone={close} />
      </Dialog>
    </>
  );
};

/** Everybody who is here or belongs to the room, by role and name. */
const usePeople = (state: RoomState) => {
  const { members, belonging } = useMembers(state.slug);
  const nowMs = useNow();
  const people = useMemo(
    () =>
      buildRoster({ here: state.members, belonging: belonging.members, nowMs })
        .flatMap((section) => section.people)
        .sort((one, other) => byRole(one.role, other.role) || one.userName.localeCompare(other.userName)),
    [state.members, belonging.members, nowMs],
  );
  return { members, belonging, people };
};

interface FoundPeopleProps extends MembersSectionProps {
  query: string;
  people: ReturnType<typeof usePeople>;
}

/** Who is called so, with what moderators may do with each. */
const FoundPeople = ({ state, me, query, people: { members, belonging, people } }: FoundPeopleProps) => {
  const { t } = useTranslation();
  const asking = useAction();
  const { act, dialogs } = usePersonActions(state, undefined);
  const named = people.map((person) => ({ item: person, names: [person.userName] }));
  const isLoading = belonging.status === 'loading' && people.length === 0;
  const facts = { selfId: me.id, myRole: state.self?.role ?? null, may: state.may, kind: 'room' as const };
  const actionsOf = (person: RosterPerson) =>
    actionsOn({ ...facts, person, isBlocked: false, canMention: false }).filter(
      (action) => action !== 'block',
    );
  return (
    <>
      <RecordList
        label={t('moderation.sections.members')}
        empty={t('moderation.members.none')}
        items={isLoading ? null : rankMatches(query, named)}
        error={belonging.error}
        busy={asking.busy}
        onRetry={() => void asking.run(async () => members?.refresh())}
        onMore={belonging.hasMore ? () => runQuietly(members?.loadMore() ?? Promise.resolve()) : undefined}
      >
        {(person) => (
          <PersonRow
            key={person.userId}
            person={person}
            isSelf={person.userId === me.id}
            participant={state.participants.find(({ userId }) => userId === person.userId)}
            speaking={false}
            actions={actionsOf(person)}
            onAct={act}
          />
        )}
      </RecordList>
      {dialogs}
    </>
  );
};

/** The people of the room, to be found by name; others can be added. */
export const MembersSection = ({ state, me }: MembersSectionProps) => {
  const { t } = useTranslation();
  const people = usePeople(state);
  const [query, setQuery] = useState('');
  const belongingIds = people.people.filter(({ role }) => role !== null).map(({ userId }) => userId);
  return (
    <div className={styles.section}>
      <AddPersonButton slug={state.slug} except={belongingIds} />
      <Field
        type="search"
        label={t('moderation.members.find')}
        data-testid="members-filter"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <FoundPeople state={state} me={me} query={query} people={people} />
    </div>
  );
};
