import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useLasting } from '../../lib/use-lasting.ts';
import { useStore } from '../../lib/use-store.ts';
import { Notice } from '../../ui/notice.tsx';
import { noticeTextKeys } from './notice-text.ts';

/** A microphone that was allowed before opens sooner than this. */
const askedAfterMs = 700;

/** A browser that asks waits for the person: the page says what for. */
const MicrophoneAsked = () => {
  const { t } = useTranslation();
  return (
    <Notice wide tone="info" icon="mic" testId="voice-waiting">
      <strong>{t('voice.waiting.what')}</strong> {t('voice.waiting.todo')}
    </Notice>
  );
};

/** Why the call did not begin, or why it ended, and what to do. It stays until it is read or no longer true. */
export const VoiceNotices = () => {
  const { t } = useTranslation();
  const { client } = useServices();
  const voice = useStore(client.voice.state);
  const { status, error, endedBecause } = voice;
  const asked = useLasting(voice.waitingForMicrophone, askedAfterMs);
  const [dismissed, setDismissed] = useState<unknown>(null);
  const ended = status === 'idle' ? endedBecause : null;
  const subject = error ?? ended;
  // A reason is a plain word: without this, dismissed once, it would stay silent the next time as well.
  if (dismissed !== null && subject !== dismissed) setDismissed(null);
  if (asked) return <MicrophoneAsked />;
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
