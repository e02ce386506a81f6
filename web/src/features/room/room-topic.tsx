import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../lib/cx.ts';
import styles from './room.module.css';

interface RoomTopicProps {
  topic: string;
}

/** What the room is for: one line, the whole of it when pressed. */
export const RoomTopic = ({ topic }: RoomTopicProps) => {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  if (topic === '') return null;
  return (
    <button
      type="button"
      className={cx(styles.topic, isOpen && styles.topicOpen)}
      aria-expanded={isOpen}
      title={isOpen ? undefined : topic}
      data-testid="room-topic"
      onClick={() => setIsOpen(!isOpen)}
    >
      <span className="visually-hidden">{t('room.topic')}: </span>
      {topic}
    </button>
  );
};
