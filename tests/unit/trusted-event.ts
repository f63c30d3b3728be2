/** An event as the browser itself makes it. Of those that a script makes happy-dom says nothing, and browsers that they are not trusted. */
export function trusted(type: string): Event {
  return Object.defineProperty(new Event(type), 'isTrusted', { value: true });
}
