/** An event that counts as the browser's own: in browsers, an event that a script makes is not trusted. */
export function trustedEvent(type: string): Event {
  return Object.defineProperty(new Event(type), 'isTrusted', { value: true });
}
