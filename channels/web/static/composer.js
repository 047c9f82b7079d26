// How is a message written? What cannot be sent stays in the field, with a line that says why.

import { fill, h, icon } from './dom.js';

const TYPING_MS = 3000;

export class Composer {
  // on: {send(text) -> bool, typing(), draft(text)}
  constructor(texts, most, on) {
    Object.assign(this, { texts, most, on, typed: 0 });
    this.problem = h('p', { class: 'problem', id: 'problem', hidden: true });
    this.problem.setAttribute('role', 'alert');
    this.left = h('p', { class: 'left', hidden: true });
    this.field = h('textarea', { id: 'field', rows: 1, placeholder: texts.placeholder, autocomplete: 'off',
      enterKeyHint: 'send', oninput: () => this.changed(), onkeydown: (event) => this.key(event) });
    this.field.setAttribute('aria-describedby', 'problem');
    this.button = h('button', { class: 'send', type: 'submit' }, icon('send'),
      h('span', { class: 'hidden' }, texts.send));
    this.node = h('form', { class: 'composer', noValidate: true, onsubmit: (event) => this.submit(event) },
      this.problem, this.left,
      h('div', { class: 'entry' }, h('label', { class: 'hidden', htmlFor: 'field' }, texts.field), this.field,
        this.button));
  }

  get text() { return this.field.value; }

  set(text) {
    this.field.value = text;
    this.changed(false);
  }

  // A message that came back stands in front of what has been written meanwhile.
  giveBack(text, why) {
    this.set(this.text ? `${text}\n${this.text}` : text);
    this.complain(why);
  }

  complain(why) {
    this.problem.textContent = why || '';
    this.problem.hidden = !why;
    this.field.toggleAttribute('aria-invalid', Boolean(why));
  }

  changed(typed = true) {
    this.field.style.height = 'auto';
    this.field.style.height = `${Math.min(this.field.scrollHeight + 2, 150)}px`;
    const left = this.most - [...this.text].length;
    this.left.hidden = left > this.most * 0.1;
    this.left.textContent = left < 0 ? '' : fill(this.texts.left, { n: left });
    if (left < 0) this.complain(fill(this.texts.over, { n: -left }));
    else if (typed) this.complain('');
    this.on.draft(this.text);
    const now = Date.now();
    if (typed && this.text && now - this.typed > TYPING_MS) {
      this.typed = now;
      this.on.typing();
    }
  }

  key(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit(event);
  }

  submit(event) {
    event.preventDefault();
    if (!this.text.trim()) return;
    if ([...this.text].length > this.most) { this.changed(); this.field.focus(); return; }
    const text = this.text;
    this.set('');
    this.complain('');
    this.typed = 0;
    this.on.send(text);
    this.field.focus();
  }
}
