import type { Member, RoomState } from '@boltorezka/sdk';
import { type ComponentType, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { IconName } from '../../ui/icon.tsx';
import { PeoplePicker } from '../people/people-picker.tsx';
import styles from './moderation.module.css';
import type { SentenceDialogProps } from './sentence-fields.tsx';

interface AddSentenceProps {
  room: Pick<RoomState, 'slug' | 'title'>;
  meId: string;
  icon: IconName;
  label: string;
  whom: string;
  testId: string;
  /** Who cannot come in cannot be done that to. */
  onlyInRoom: boolean;
  /** Asks for the terms. */
  Terms: ComponentType<SentenceDialogProps>;
}

/** Somebody is chosen; who was stays while the dialog closes. */
interface Chosen {
  person: Member;
  isOpen: boolean;
  /** Another person, another dialog: nothing is left in its fields. */
  turn: number;
}

/** The way to ban or to mute somebody who need not be in view: first whom, then on what terms. */
export const AddSentence = (props: AddSentenceProps) => {
  const { room, meId, icon, label, whom, testId, onlyInRoom, Terms } = props;
  const [isPicking, setPicking] = useState(false);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const pick = (person: Member): void => {
    setPicking(false);
    setChosen((before) => ({ person, isOpen: true, turn: (before?.turn ?? 0) + 1 }));
  };
  const close = (): void => setChosen((before) => before && { ...before, isOpen: false });
  return (
    <>
      <Button icon={icon} className={styles.submit} data-testid={testId} onClick={() => setPicking(true)}>
        {label}
      </Button>
      <Dialog open={isPicking} onClose={() => setPicking(false)} title={label}>
        <PeoplePicker
          label={whom}
          except={[meId]}
          of={{ roomSlug: room.slug, alone: onlyInRoom }}
          onPick={pick}
        />
      </Dialog>
      {chosen ? (
        <Terms key={chosen.turn} room={room} person={chosen.person} open={chosen.isOpen} onClose={close} />
      ) : null}
    </>
  );
};
