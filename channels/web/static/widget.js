// Where does the chat stand in a page of somebody else's?
//
//   <script type="module" async src="https://…/widget.js" data-municipality="hedensted"></script>
//
// A custom element with a shadow root: the page's styles and ours do not touch each other. The page pays for this file
// and a button; the rest is loaded when the button is pressed. Nothing here needs 'unsafe-inline' of the page.

const BASE = new URL('.', import.meta.url);
const ATTRIBUTES = ['municipality', 'accent', 'accent-dark', 'logo', 'position', 'topic', 'theme', 'label', 'mode'];
const RETRY_MS = [2000, 8000, 30000];
const COLOUR = /^(#[0-9a-f]{3,8}|(rgb|hsl|oklch)a?\([\d\s.,%/deg]+\)|[a-z]+)$/i;

async function load(path) {
  const response = await fetch(new URL(path, BASE), { credentials: 'omit', referrerPolicy: 'no-referrer' });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
}

// A constructed sheet is allowed by the strictest style-src; older browsers get a style element.
async function style(root, path) {
  const text = await (await load(path)).text();
  if ('adoptedStyleSheets' in root && 'replaceSync' in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  } else {
    root.append(Object.assign(document.createElement('style'), { textContent: text }));
  }
}

// Read as bytes, so that the page's font-src need not name us. Without it, the system's typeface does.
async function typeface(version) {
  if ([...document.fonts].some((face) => face.family.includes('Indgang Hyperlegible'))) return;
  await Promise.all([400, 700].map(async (weight) => {
    const file = `static/fonts/atkinson-hyperlegible-next-latin-${weight}-normal.woff2?${version}`;
    const bytes = await (await load(file)).arrayBuffer();
    document.fonts.add(await new FontFace('Indgang Hyperlegible', bytes, { weight: String(weight) }).load());
  }));
}

class IndgangChat extends HTMLElement {
  connectedCallback() {
    if (this.started) return;
    this.started = true;
    this.prepare(0);
  }

  disconnectedCallback() {
    this.chat?.dispose();
  }

  // Until there is something to show, what the page wrote inside the element stays visible.
  async prepare(attempt) {
    try {
      const municipality = this.getAttribute('municipality') || 'default';
      this.config = await (await load(`widget/config/${encodeURIComponent(municipality)}.json`)).json();
      this.page = this.getAttribute('mode') === 'page';
      const root = this.shadowRoot || this.attachShadow({ mode: 'open' });
      await Promise.all([style(root, `static/theme.css?${this.config.version}`), style(root, this.file('widget.css'))]);
      this.paint();
      this.launcher(root);
      if (this.page || this.remembers()) await this.open({ focus: false });
    } catch (error) {
      if (attempt < RETRY_MS.length) setTimeout(() => this.prepare(attempt + 1), RETRY_MS[attempt]);
      else console.warn('indgang: the chat could not be loaded', error.message);
    }
  }

  file(name) {
    return `widget/v/${this.config.version}/${name}`;
  }

  paint() {
    for (const [name, fallback] of [['accent', 'accent'], ['accent-dark', 'accent_dark']]) {
      const wished = this.getAttribute(name);
      const colour = wished && COLOUR.test(wished) ? wished : this.config.colours[fallback];
      if (colour) this.style.setProperty(name === 'accent' ? '--accent-light' : '--accent-dark', colour);
    }
    if (this.getAttribute('position') !== 'left') this.setAttribute('position', 'right');
    this.lang = 'da';
  }

  remembers() {
    try {
      return Boolean(JSON.parse(sessionStorage.getItem(`indgang:${this.config.municipality}`))?.open);
    } catch {
      return false;
    }
  }

  launcher(root) {
    if (this.button || this.page) return;
    const label = this.getAttribute('label') || this.config.texts.open;
    this.button = Object.assign(document.createElement('button'), { type: 'button', className: 'launcher' });
    this.button.setAttribute('aria-expanded', 'false');
    const mark = document.createElement('span');
    mark.className = 'launcher-mark';
    mark.setAttribute('aria-hidden', 'true');
    this.count = Object.assign(document.createElement('span'), { className: 'launcher-count', hidden: true });
    this.button.append(mark, Object.assign(document.createElement('span'), { textContent: label }), this.count);
    this.button.addEventListener('click', () => this.open({ focus: true }));
    root.append(this.button);
  }

  async open({ focus = true } = {}) {
    if (this.opening) return;
    this.opening = true;
    this.button?.setAttribute('aria-busy', 'true');
    try {
      typeface(this.config.version).catch(() => {}); // the system's typeface is good enough
      const { Chat } = await import(new URL(this.file('chat.js'), BASE).href);
      this.chat ||= new Chat(this, BASE);
      this.button?.setAttribute('aria-expanded', 'true');
      if (this.button) this.button.hidden = true;
      this.unread(0);
      this.chat.show({ focus });
    } finally {
      this.opening = false;
      this.button?.removeAttribute('aria-busy');
    }
  }

  closed() {
    if (!this.button) return;
    this.button.hidden = false;
    this.button.setAttribute('aria-expanded', 'false');
    this.button.focus();
  }

  unread(n) {
    if (!this.count) return;
    this.count.hidden = !n;
    this.count.textContent = n ? this.config.texts.unread.replace('{n}', n) : '';
  }
}

if (!customElements.get('indgang-chat')) customElements.define('indgang-chat', IndgangChat);

// The script tag itself may stand for the element.
function fromScriptTag() {
  const script = [...document.querySelectorAll('script[type="module"][src]')]
    .find((tag) => tag.src === import.meta.url && tag.dataset.municipality !== undefined);
  if (!script || document.querySelector('indgang-chat')) return;
  const element = document.createElement('indgang-chat');
  for (const name of ATTRIBUTES) {
    const value = script.getAttribute(`data-${name}`);
    if (value !== null) element.setAttribute(name, value);
  }
  document.body.append(element);
}

if (document.body) fromScriptTag();
else document.addEventListener('DOMContentLoaded', fromScriptTag);
