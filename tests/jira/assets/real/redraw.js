/** Links that a script draws out of the page's own templates, with the token that stands in them. */
export function watchTemplates() {
  document.querySelector('#redraw-links')?.addEventListener('click', () => {
    const drawn = document.querySelector('#drawn-links');
    const id = document.querySelector('#issue-comment-add [name=id]').value;
    drawn.innerHTML = document.querySelector('#links-template').textContent.replaceAll('{0}', id);
    drawn.append(document.querySelector('#quick-links-template').content.cloneNode(true));
  });
}
