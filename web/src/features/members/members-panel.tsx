import type { RoomState, User } from '@boltorezka/sdk';
import { useId, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../lib/cx.ts';
import { errorTextKey } from '../../lib/error-text.ts';
import { runQuietly } from '../../lib/run.ts';
import { useKeptFocus } from '../../lib/use-kept-focus.ts';
import { useNow } from '../../lib/use-now.ts';
import { Button } from '../../ui/button.tsx';
import { useBlockedIds } from '../people/use-blocked-ids.ts';
import styles from './members.module.css';
import { actionsOn, type PersonAction } from './person-actions.ts';
import { PersonRow } from './person-row.tsx';
import { buildRoster, type RosterPerson, type RosterSection } from './roster.ts';
import { useMembers } from './use-members.ts';

/** What can be done with the people of a room, and what it depends on. */
export interface PeopleOfRoom {
  state: RoomState;
  me: User;
  /** Whether something that is being written can take a name. */
  canMention: boolean;
  onAct: (action: PersonAction, person: RosterPerson) => void;
}

interface SectionProps extends PeopleOfRoom {
  section: RosterSection;
  blockedIds: ReadonlySet<string>;
}

type Actions = ReadonlyMap<string, readonly PersonAction[]>;

const noActions: readonly PersonAction[] = [];

/** Who speaks changes many times a second; what can be done with people is not thought about anew for it. */
const useActions = ({ section, state, me, canMention, blockedIds }: SectionProps): Actions => {
  const { self, may, details } = state;
  return useMemo(() => {
    if (details === null) return new Map();
    const facts = { may, canMention, kind: details.kind, selfId: me.id, myRole: self?.role ?? null };
    return new Map(
      section.people.map((person) => [
        person.userId,
        actionsOn({ ...facts, person, isBlocked: blockedIds.has(person.userId) }),
      ]),
    );
  }, [section.people, self, may, details, me.id, canMention, blockedIds]);
};

const Section = (props: SectionProps) => {
  const { t } = useTranslation();
  const headingId = useId();
  const { section, state, me, blockedIds, onAct } = props;
  const actions = useActions(props);
  const title = section.id === 'here' ? t('members.title') : t(`members.away.${section.id}`);
  return (
    <section aria-labelledby={headingId} className={cx(section.id !== 'here' && styles.away)}>
      <h3 id={headingId} className={styles.heading}>
        {title} · {section.people.length}
      </h3>
      <ul>
        {section.people.map((person) => (
          <PersonRow
            key={person.userId}
            person={person}
            isSelf={person.userId === me.id}
            hidesRole={section.id !== 'here'}
            participant={state.participants.find(({ userId }) => userId === person.userId)}
            speaking={state.speakingUserIds.includes(person.userId)}
            isBlocked={blockedIds.has(person.userId)}
            actions={actions.get(person.userId) ?? noActions}
            onAct={onAct}
          />
        ))}
      </ul>
    </section>
  );
};

/** Everybody of the room: who is here and who is not, and what can be done with each. */
export const MembersPanel = (room: PeopleOfRoom) => {
  const { t } = useTranslation();
  const { state } = room;
  const { members, belonging } = useMembers(state.slug);
  const blockedIds = useBlockedIds();
  const nowMs = useNow();
  const sections = useMemo(
    () => buildRoster({ here: state.members, belonging: belonging.members, nowMs }),
    [state.members, belonging.members, nowMs],
  );
  const { ref, ...kept } = useKeptFocus<HTMLDivElement>(sections);
  return (
    <div ref={ref} className={styles.scroll} data-testid="members" {...kept}>
      {sections.length === 0 ? <p className={styles.note}>{t('members.empty')}</p> : null}
      {sections.map((section) => (
        <Section key={section.id} section={section} blockedIds={blockedIds} {...room} />
      ))}
      {belonging.status === 'failed' ? (
        <div className={styles.note} role="alert">
          <p>{t('members.failed')}</p>
          <p>{t(errorTextKey(belonging.error))}</p>
          <Button onClick={() => runQuietly(members?.refresh() ?? Promise.resolve())}>
            {t('common.tryAgain')}
          </Button>
        </div>
      ) : null}
      {belonging.hasMore ? (
        <div className={styles.note}>
          <Button onClick={() => runQuietly(members?.loadMore() ?? Promise.resolve())}>
            {t('members.more')}
          </Button>
        </div>
      ) : null}
    </div>
  );
};
