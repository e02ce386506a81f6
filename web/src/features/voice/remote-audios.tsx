import type { RemoteOutput } from '@boltorezka/sdk';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { playSilenced } from './playback.ts';
import styles from './voice.module.css';

interface RemoteAudioProps {
  output: RemoteOutput;
  deafened: boolean;
  /** It does not play, or not any more. */
  onSilent: () => void;
}

const RemoteAudio = ({ output, deafened, onSilent }: RemoteAudioProps) => {
  const ref = useRef<HTMLAudioElement>(null);
  const { stream, userName } = output;
  useEffect(() => {
    const audio = ref.current;
    if (!audio) return;
    audio.srcObject = stream;
    onSilent();
    return () => {
      audio.srcObject = null;
    };
  }, [stream, onSilent]);
  return (
    <audio
      ref={ref}
      data-testid="remote-audio"
      data-user-name={userName}
      autoPlay
      playsInline
      muted={deafened}
      // Headphones unplugged, a phone call, a track that gave way to another: nobody of the call meant to stop it.
      onPause={onSilent}
      onEnded={onSilent}
    />
  );
};

/** Browsers may hold sound back until the person touches the page; the first touch anywhere is enough. */
const useNextGesture = (waiting: boolean, onGesture: () => void): void => {
  useEffect(() => {
    if (!waiting) return;
    const gestures = ['pointerup', 'keydown'] as const;
    for (const gesture of gestures) window.addEventListener(gesture, onGesture);
    return () => {
      for (const gesture of gestures) window.removeEventListener(gesture, onGesture);
    };
  }, [waiting, onGesture]);
};

/** Plays everyone who is heard. It lives beside the rooms, so that reading another one cuts nobody off. */
export const RemoteAudios = () => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { outputs, deafened } = useStore(client.voice.state);
  const box = useRef<HTMLDivElement>(null);
  const [blocked, setBlocked] = useState(false);
  const playAll = useCallback(() => {
    playSilenced([...(box.current?.querySelectorAll('audio') ?? [])], setBlocked);
  }, []);
  const waiting = blocked && outputs.length > 0;
  useNextGesture(waiting, playAll);
  return (
    <div ref={box}>
      {outputs.map((output) => (
        <RemoteAudio key={output.userId} output={output} deafened={deafened} onSilent={playAll} />
      ))}
      {waiting ? (
        <div className={styles.hear}>
          <Notice
            tone="warning"
            testId="click-to-hear"
            action={<Button onClick={playAll}>{t('voice.hear')}</Button>}
          >
            {t('voice.clickToHear')}
          </Notice>
        </div>
      ) : null}
    </div>
  );
};
