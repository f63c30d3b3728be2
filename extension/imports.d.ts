/** Imports that the build understands: `?script` gives the path of a content script in the package. */
declare module '*?script' {
  const path: string;
  export default path;
}
