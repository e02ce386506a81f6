import type { ComponentProps } from 'react';
import { cx } from '../lib/cx.ts';
import styles from './button.module.css';
import { Icon, type IconName } from './icon.tsx';

type Variant = 'primary' | 'secondary' | 'ghost' | 'danger' | 'quietDanger' | 'link';

interface ButtonProps extends ComponentProps<'button'> {
  variant?: Variant;
  icon?: IconName;
}

/** The button of the page. It submits nothing unless told to. */
export const Button = ({ variant = 'secondary', icon, children, className, ...rest }: ButtonProps) => (
  <button type="button" {...rest} className={cx(styles.button, styles[variant], className)}>
    {icon ? <Icon name={icon} /> : null}
    {children}
  </button>
);

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  variant?: Variant;
  icon: IconName;
  label: string;
}

/** A button whose only face is a drawing; its label is its name and its tooltip. */
export const IconButton = ({ variant = 'ghost', icon, label, className, ...rest }: IconButtonProps) => (
  <button
    type="button"
    aria-label={label}
    title={label}
    {...rest}
    className={cx(styles.button, styles[variant], styles.square, className)}
  >
    <Icon name={icon} />
  </button>
);
