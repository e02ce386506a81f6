import type { InvitationFace, RegistrationMode } from '@boltorezka/sdk';
import { useEffect, useState } from 'react';
import { isCode } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';

/** What a code invites to: `unknown` until the server has said so, `ended` where it opens nothing. */
export const useInvitation = (code: string | null): InvitationFace | 'unknown' | 'ended' => {
  const { auth } = useServices().client;
  const [face, setFace] = useState<InvitationFace | 'unknown' | 'ended'>('unknown');
  useEffect(() => {
    let isWanted = code !== null;
    setFace('unknown');
    if (code === null) return;
    auth.lookAtInvitation(code).then(
      (found) => isWanted && setFace(found),
      // A server that cannot say so now will say it when the code is used.
      (error: unknown) => isWanted && isCode(error, 'NotFound') && setFace('ended'),
    );
    return () => {
      isWanted = false;
    };
  }, [auth, code]);
  return face;
};

/** Who may sign up; until the server has said so, everybody. */
export const useRegistrationMode = (): RegistrationMode => {
  const { auth } = useServices().client;
  const [mode, setMode] = useState<RegistrationMode>('open');
  useEffect(() => {
    let isWanted = true;
    auth.registrationMode().then(
      (known) => isWanted && setMode(known),
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [auth]);
  return mode;
};
