import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.tsx';
import styles from './app.module.css';

const Crash = () => {
  const { t } = useTranslation();
  return (
    <div className={styles.crash} role="alert">
      <h1 className={styles.crashTitle}>{t('app.crashTitle')}</h1>
      <p>{t('app.crashText')}</p>
      <Button variant="primary" onClick={() => window.location.reload()}>
        {t('app.reload')}
      </Button>
    </div>
  );
};

interface ErrorBoundaryProps {
  children: ReactNode;
}

/** A mistake of ours ends in words and a way on, not in a blank page. React writes the cause to the console. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <Crash /> : this.props.children;
  }
}
