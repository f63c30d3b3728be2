/**
 * Gives an object of the page with the members of its class, and no others. A form's fields are its properties too: a
 * field named `matches`, in what a user wrote, would be read as the method. This is so in Chromium; Firefox hides the
 * fields from content scripts, and both browsers hide from these what is named like a member of the document.
 */
export function unclobbered<T extends object>(object: T): T {
  const members = Object.getPrototypeOf(object) as object;
  return new Proxy({} as T, {
    get(_target, name) {
      const member: unknown = Reflect.get(members, name, object);
      return typeof member === 'function' ? (member.bind(object) as unknown) : member;
    },
  });
}
