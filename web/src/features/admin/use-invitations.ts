import { useCallback, useState } from 'react';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { useRemote } from '../../lib/use-remote.ts';

export interface NewInvitation {
  expires_in_s: number | null;
  max_uses: number | null;
}

/** The invitations to the server, and the code of the one that was just made. */
export const useInvitations = () => {
  const { admin } = useServices().client;
  const { busy, error, run } = useAction();
  const list = useRemote(useCallback(() => admin.invitations(), [admin]));
  const [code, setCode] = useState<string | null>(null);
  const create = async (input: NewInvitation): Promise<void> => {
    if (await run(async () => setCode((await admin.createInvitation(input)).code))) list.refresh();
  };
  const revoke = async (id: string): Promise<void> => {
    const isDone = await run(() => admin.revokeInvitation(id));
    if (isDone) list.change((invitations) => invitations.filter((invitation) => invitation.id !== id));
    list.refresh();
  };
  return { list, code, busy, error, create, revoke };
};
