import type { Member } from '@boltorezka/sdk';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../ui/button.tsx';
import { ButtonField } from '../../ui/field.tsx';
import { PeoplePicker } from '../people/people-picker.tsx';
import styles from './search.module.css';

interface PersonFieldProps {
  person: Member | null;
  onChoose: (person: Member | null) => void;
}

/** Opening puts the focus into the field, closing back onto the button; before anything was opened it stays where it is. */
const useOpening = () => {
  const [isOpen, setOpen] = useState<boolean | null>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isOpen !== null) box.current?.querySelector<HTMLElement>(isOpen ? 'input' : 'button')?.focus();
  }, [isOpen]);
  return { isOpen: isOpen === true, setOpen, box };
};

/** Whose messages are looked for: anybody of this server, also who is not in the room any more. */
export const PersonField = ({ person, onChoose }: PersonFieldProps) => {
  const { t } = useTranslation();
  const { isOpen, setOpen, box } = useOpening();
  const choose = (chosen: Member | null): void => {
    onChoose(chosen);
    setOpen(false);
  };
  const closeOnEscape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    // It closes this, and not what is around it.
    event.stopPropagation();
    setOpen(false);
  };
  if (isOpen)
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: the field within has the keys; this hears the one it does not use.
      <div ref={box} className={styles.wide} onKeyDown={closeOnEscape}>
        <PeoplePicker label={t('search.from')} except={[]} onPick={choose} />
      </div>
    );
  return (
    <div ref={box} className={styles.person}>
      <ButtonField
        label={t('search.from')}
        value={person?.userName ?? t('search.anybody')}
        data-testid="search-from"
        onClick={() => setOpen(true)}
      />
      {person ? (
        <IconButton
          icon="close"
          label={t('search.fromAnybody')}
          data-testid="search-from-anybody"
          onClick={() => choose(null)}
        />
      ) : null}
    </div>
  );
};
