import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Notice } from '../../ui/notice.tsx';
import { noticeTextKeys } from './notice-text.ts';

/** Why the call did not begin, or why it ended, and what to do. It stays until it is read or no longer true. */
export const VoiceNotices = () => {
  const { t } = useTranslation();
  const { client } = useServices();
  const voice = useStore(client.voice.state);
  const { status, error, endedBecause } = voice;
  const [dismissed, setDismissed] = useState<unknown>(null);
  const ended = status === 'idle' ? endedBecause : null;
  const subject = error ?? ended;
  // A reason is a plain word: without this, dismissed once, it would stay silent the next time as well.
  if (dismissed !== null && subject !== dismissed) setDismissed(null);
  const [what, todo] = noticeTextKeys(voice);
  if (what === undefined || subject === dismissed) return null;
  return (
    <Notice
      wide
      tone={error ? 'danger' : 'warning'}
      testId="voice-notice"
      onDismiss={() => setDismissed(subject)}
    >
      {error ? <strong>{t(what)}</strong> : t(what)} {todo ? t(todo) : null}
    </Notice>
  );
};
