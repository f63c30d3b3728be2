/** Times and durations, in the user's language. */
import { language } from './i18n.ts';

/** A time of day, with the weekday unless it is today. Takes both in epoch milliseconds. */
export function timeOf(at: number, now: number): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return new Intl.DateTimeFormat(language(), {
    hour: 'numeric',
    minute: '2-digit',
    ...(!isToday && { weekday: 'short' }),
  }).format(at);
}

export function durationOf(minutes: number): string {
  const whole = Math.round(minutes);
  const [hours, rest] = [Math.floor(whole / 60), whole % 60];
  const parts = [hours > 0 ? inUnit('hour', hours) : '', rest > 0 || hours === 0 ? inUnit('minute', rest) : ''];
  return parts.join(' ').trim();
}

function inUnit(unit: 'hour' | 'minute', value: number): string {
  return new Intl.NumberFormat(language(), { style: 'unit', unit }).format(value);
}

export function numberOf(value: number): string {
  return value.toLocaleString(language());
}
