/** Draws the login form of Jira 10 and 11, which the server does not render, and sends it as JSON. */
const root = document.querySelector('#login-root');
const { base } = document.body.dataset;

const form = document.createElement('form');
form.id = 'login-form';
form.className = 'stacked aui';
form.append(
  field('username-field', 'text', 'Username', 'username'),
  field('password-field', 'password', 'Password', 'current-password'),
  ...(root.dataset.remember ? [field('remember-me', 'checkbox', 'Remember my login', '')] : []),
  button(),
);
root.append(form);

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void signIn();
});

async function signIn() {
  const body = JSON.stringify({
    username: form.querySelector('#username-field').value,
    password: form.querySelector('#password-field').value,
    rememberMe: form.querySelector('#remember-me')?.checked ?? false,
  });
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`${base}/rest/tsv/1.0/authenticate`, { method: 'POST', headers, body });
  if (response.ok) location.assign(base + root.dataset.destination);
  else root.querySelector('.error').hidden = false;
}

function field(id, type, text, autocomplete) {
  const label = document.createElement('label');
  const input = document.createElement('input');
  Object.assign(input, { id, type, autocomplete });
  label.append(text, ' ', input);
  return label;
}

function button() {
  const element = document.createElement('button');
  element.id = 'login-button';
  element.type = 'submit';
  element.className = 'primary aui-button aui-button-primary';
  element.textContent = 'Log in';
  return element;
}
