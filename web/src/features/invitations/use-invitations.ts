import type { CallInput, Invitation } from '@boltorezka/sdk';
import { useCallback, useState } from 'react';
import { useServices } from '../../lib/services.tsx';
import { type Action, useAction } from '../../lib/use-action.ts';
import { type Pages, usePages } from '../../lib/use-pages.ts';

export type InvitationTerms = CallInput<'invitations.create'>['body'];

/** A link that works. It is known to this page alone, and only until it is closed. */
export interface NewLink {
  url: string;
  invitation: Invitation;
}

export interface Invitations {
  list: Pages<Invitation>;
  link: NewLink | null;
  making: Action;
  revoking: Action;
  make: (terms: InvitationTerms) => Promise<void>;
  revoke: (invitation: Invitation) => Promise<void>;
}

/** The code stands behind a #: browsers keep that to themselves, so that no server's log holds it. */
export const invitationUrl = (origin: string, code: string): string => `${origin}/invite#${code}`;

/** The invitations to a room that still work, and what can be done about them. */
export const useInvitations = (slug: string): Invitations => {
  const { client } = useServices();
  const [link, setLink] = useState<NewLink | null>(null);
  const making = useAction();
  const revoking = useAction();
  const ask = useCallback(
    async (cursor: string | undefined) => {
      const query = cursor === undefined ? {} : { cursor };
      const page = await client.call('invitations.list', { params: { slug }, query });
      // A server of an earlier build answers with all of them at once.
      return { items: page.invitations, nextCursor: page.next_cursor ?? null };
    },
    [client, slug],
  );
  const list = usePages(ask);
  return {
    list,
    link,
    making,
    revoking,
    make: async (body) => {
      await making.run(async () => {
        const { invitation, code } = await client.call('invitations.create', { params: { slug }, body });
        setLink({ url: invitationUrl(window.location.origin, code), invitation });
      });
      list.refresh();
    },
    revoke: async ({ id }) => {
      const params = { invitation_id: id };
      const isDone = await revoking.run(() => client.call('invitations.revoke', { params }));
      if (link?.invitation.id === id) setLink(null);
      if (isDone) list.change((known) => known.filter((invitation) => invitation.id !== id));
      list.refresh();
    },
  };
};
