import type { MicrophoneSettings } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { Choice, SelectField } from '../../ui/field.tsx';
import { useMicrophones } from './use-microphones.ts';

const switches = [
  { name: 'noiseSuppression', testId: 'setting-noise-suppression' },
  { name: 'echoCancellation', testId: 'setting-echo-cancellation' },
  { name: 'autoGainControl', testId: 'setting-auto-gain' },
] as const;

interface DeviceSelectProps {
  /** Empty where none was ever chosen. */
  deviceId: string;
  onPick: (deviceId: string) => void;
}

// Chromium lists the system's choice as a device of its own.
const systemDefault = 'default';

const DeviceSelect = ({ deviceId, onPick }: DeviceSelectProps) => {
  const { t } = useTranslation();
  const devices = useMicrophones();
  const listed = (id: string): boolean => devices.some((device) => device.deviceId === id);
  const nameOf = (device: MediaDeviceInfo, index: number): string => {
    if (device.deviceId === systemDefault) return t('settings.deviceDefault');
    return device.label || t('settings.deviceUnnamed', { number: index + 1 });
  };
  // Without permission the browser tells neither names nor ids: there is nothing to choose from yet.
  if (devices.length === 0) return null;
  const value = deviceId === '' && listed(systemDefault) ? systemDefault : deviceId;
  const missing = value === '' ? t('settings.deviceDefault') : t('settings.deviceGone');
  return (
    <SelectField
      label={t('settings.device')}
      data-testid="setting-device"
      value={value}
      onChange={(event) => onPick(event.target.value)}
    >
      {listed(value) ? null : <option value={value}>{missing}</option>}
      {devices.map((device, index) => (
        <option key={device.deviceId} value={device.deviceId}>
          {nameOf(device, index)}
        </option>
      ))}
    </SelectField>
  );
};

/** Which microphone, and what the browser does to its sound. Applied to a call that is on. */
export const MicrophoneFields = () => {
  const { t } = useTranslation();
  const { client, preferences } = useServices();
  const [settings, setSettings] = useState(preferences.loadMicrophone);
  const change = (changes: Partial<MicrophoneSettings>): void => {
    const next = { ...settings, ...changes };
    setSettings(next);
    preferences.saveMicrophone(next);
    runQuietly(client.voice.setMicrophone(changes));
  };
  return (
    <>
      <DeviceSelect deviceId={settings.deviceId ?? ''} onPick={(deviceId) => change({ deviceId })} />
      {switches.map(({ name, testId }) => (
        <Choice
          key={name}
          type="checkbox"
          label={t(`settings.${name}`)}
          hint={t(`settings.${name}Hint`)}
          data-testid={testId}
          checked={settings[name]}
          onChange={(event) => change({ [name]: event.target.checked })}
        />
      ))}
    </>
  );
};
