import type { Member, RoomState } from '@boltorezka/sdk';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { Lazily } from '../../ui/lazily.tsx';
import { loadPersonDialogs } from '../moderation/load-person-dialogs.ts';
import { directErrorKey } from '../people/direct-error.ts';
import { useUnblock } from '../people/use-unblock.ts';
import type { PersonAction } from './person-actions.ts';
import type { RosterPerson } from './roster.ts';

/** What asks first: the rest is done at once, and can be taken back. */
const asking = ['role', 'stepDown', 'mute', 'remove', 'ban', 'block'] as const;
export type AskingAction = (typeof asking)[number];

const asksFirst = (action: PersonAction): action is AskingAction =>
  (asking as readonly PersonAction[]).includes(action);

/** What is being asked about whom. It stays when the dialog is closed: the dialog is still there to close. */
export interface Asked {
  action: AskingAction;
  person: RosterPerson;
  isOpen: boolean;
  /** Another question, another dialog: nothing is left in its fields. */
  question: number;
}

const useImmediateActions = (slug: string, onMention: ((person: Member) => void) | undefined) => {
  const { t } = useTranslation();
  const { client, router, toasts } = useServices();
  const unblock = useUnblock();
  return useCallback(
    async (action: PersonAction, { userId, userName }: RosterPerson): Promise<void> => {
      try {
        if (action === 'message') router.openRoom((await client.rooms.openDirect(userId)).slug);
        if (action === 'mention') onMention?.({ userId, userName });
        if (action === 'unmute') {
          await client.call('members.unmute', { params: { slug, user_id: userId } });
          toasts.show(t('moderation.unmuted', { name: userName }));
        }
        if (action === 'unblock') unblock({ userId, userName });
      } catch (error) {
        toasts.show(t(action === 'message' ? directErrorKey(error) : errorTextKey(error)));
      }
    },
    [t, client, router, toasts, unblock, slug, onMention],
  );
};

interface PersonActionsOfRoom {
  act: (action: PersonAction, person: RosterPerson) => void;
  dialogs: ReactNode;
}

/** Does what the menu of a person offers. What ends something, or cannot be taken back, asks in a dialog. */
export const usePersonActions = (
  state: RoomState,
  onMention: ((person: Member) => void) | undefined,
): PersonActionsOfRoom => {
  const actNow = useImmediateActions(state.slug, onMention);
  const [asked, setAsked] = useState<Asked | null>(null);
  const questions = useRef(0);
  const act = useCallback(
    (action: PersonAction, person: RosterPerson): void => {
      if (!asksFirst(action)) {
        void actNow(action, person);
        return;
      }
      questions.current += 1;
      setAsked({ action, person, isOpen: true, question: questions.current });
    },
    [actNow],
  );
  const close = (): void => setAsked((before) => before && { ...before, isOpen: false });
  return {
    act,
    dialogs: (
      <Lazily load={loadPersonDialogs} when={asked?.isOpen ?? false} onFail={close}>
        {({ PersonDialogs }) =>
          asked ? <PersonDialogs key={asked.question} room={state} asked={asked} onClose={close} /> : null
        }
      </Lazily>
    ),
  };
};
