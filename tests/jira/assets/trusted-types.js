/** jQuery writes HTML when it starts; where trusted types are required, a page that has it must let it. */
window.trustedTypes?.createPolicy('default', { createHTML: (html) => html });
