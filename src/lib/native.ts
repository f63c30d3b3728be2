/**
 * Gives an object of the page with the members that its class has, and no others: a form's fields are its properties too, so
 * that one named `matches`, in what a user wrote, would be read in the method's place. So it is in Chromium; Firefox hides
 * the fields from content scripts, and from these both browsers hide what is called like a member of the document.
 */
export function native<T extends object>(object: T): T {
  const members = Object.getPrototypeOf(object) as object;
  return new Proxy({} as T, {
    get(_target, name) {
      const member: unknown = Reflect.get(members, name, object);
      return typeof member === 'function' ? (member.bind(object) as unknown) : member;
    },
  });
}
