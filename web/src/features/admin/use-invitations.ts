import type { Invitation } from '@boltorezka/sdk';
import { useEffect, useState } from 'react';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';

export interface NewInvitation {
  expires_in_s: number | null;
  max_uses: number | null;
}

/** The invitations to the server, and the code of the one that was just made. */
export const useInvitations = () => {
  const { admin } = useServices().client;
  const { busy, error, run } = useAction();
  const [invitations, setInvitations] = useState<readonly Invitation[]>([]);
  const [code, setCode] = useState<string | null>(null);
  useEffect(() => {
    let isWanted = true;
    admin.invitations().then(
      (found) => isWanted && setInvitations(found),
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [admin]);
  const create = (input: NewInvitation) =>
    run(async () => {
      const made = await admin.createInvitation(input);
      setInvitations((known) => [made.invitation, ...known]);
      setCode(made.code);
    });
  const revoke = (id: string) =>
    run(async () => {
      await admin.revokeInvitation(id);
      setInvitations((known) => known.filter((invitation) => invitation.id !== id));
    });
  return { invitations, code, busy, error, create, revoke };
};
