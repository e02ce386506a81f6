import type { RoomState, ServerEvent, User } from '@boltorezka/sdk';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { usePages } from '../../lib/use-pages.ts';
import { useServerEvent } from '../../lib/use-server-event.ts';
import type { IconName } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { AddSentence } from './add-sentence.tsx';
import styles from './moderation.module.css';
import { RecordList } from './record-list.tsx';
import type { SentenceDialogProps } from './sentence-fields.tsx';
import { type Sentence, SentenceRow } from './sentence-row.tsx';

type MemberChange = Extract<ServerEvent, { type: 'room.memberChanged' }>['payload']['change'];

/** Bans and mutes are listed, passed and lifted in the same way; this is in what they differ. */
interface SentencesSectionProps<One extends Sentence> {
  state: RoomState;
  me: User;
  kind: 'bans' | 'mutes';
  testId: 'ban' | 'mute';
  icon: IconName;
  /** Only who is in the room can have that done to them. */
  onlyInRoom: boolean;
  Terms: ComponentType<SentenceDialogProps>;
  /** The same function as long as the room is the same. */
  ask: Parameters<typeof usePages<One>>[0];
  /** Changes of members after which the list is another. */
  changes: ReadonlySet<MemberChange>;
  /** What is forbidden, where it is not all. */
  whatOf?: (sentence: One) => string;
  byOf: (sentence: One) => { user_name: string } | null | undefined;
  lift: (sentence: One) => Promise<unknown>;
  liftedText: (name: string) => string;
}

const useSentences = <One extends Sentence>(props: SentencesSectionProps<One>) => {
  const { toasts } = useServices();
  const pages = usePages(props.ask);
  useServerEvent((event) => {
    if (event.type === 'room.memberChanged' && props.changes.has(event.payload.change)) pages.refresh();
  });
  const { busy, error, run } = useAction();
  const lift = async (sentence: One): Promise<void> => {
    if (await run(() => props.lift(sentence))) {
      pages.change((items) => items.filter(({ user_id }) => user_id !== sentence.user_id));
      toasts.show(props.liftedText(sentence.user_name));
    }
    pages.refresh();
  };
  return { pages, busy, error, lift };
};

export const SentencesSection = <One extends Sentence>(props: SentencesSectionProps<One>) => {
  const { state, me, kind, testId, icon, onlyInRoom, Terms, whatOf, byOf } = props;
  const { t } = useTranslation();
  const { pages, busy, error, lift } = useSentences(props);
  return (
    <div className={styles.section}>
      <p className={styles.soft}>{t(`moderation.${kind}.about`)}</p>
      <AddSentence
        room={state}
        meId={me.id}
        icon={icon}
        label={t(`moderation.${kind}.add`)}
        whom={t(`moderation.${kind}.whom`)}
        testId={`${testId}-add`}
        onlyInRoom={onlyInRoom}
        Terms={Terms}
      />
      {error ? <Notice tone="danger">{t(errorTextKey(error))}</Notice> : null}
      <RecordList
        label={t(`moderation.sections.${kind}`)}
        empty={t(`moderation.${kind}.none`)}
        items={pages.items}
        error={pages.error}
        busy={pages.status === 'loading'}
        onRetry={pages.retry}
        onMore={pages.hasMore ? pages.loadMore : undefined}
      >
        {(sentence) => (
          <SentenceRow
            key={sentence.user_id}
            sentence={sentence}
            {...(whatOf && { what: whatOf(sentence) })}
            by={byOf(sentence)}
            testId={testId}
            liftLabel={t(`moderation.${kind}.lift`)}
            busy={busy}
            onLift={() => void lift(sentence)}
          />
        )}
      </RecordList>
    </div>
  );
};
