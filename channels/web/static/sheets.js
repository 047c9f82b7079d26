// What lies over the thread for a moment: help, what is kept, and the question before deleting?

import { fill, h, icon, linked } from './dom.js';

export class Sheets {
  // over: the parts of the panel that rest while a sheet is open. act: {remove() -> Promise, begin()}
  constructor(config, act) {
    this.config = config;
    this.texts = config.texts;
    this.act = act;
    this.title = h('h2', { id: 'sheet-title', tabIndex: -1 });
    this.body = h('div', { class: 'sheet-body' });
    this.node = h('section', { class: 'sheet', hidden: true, onkeydown: (event) => this.key(event) },
      h('div', { class: 'sheet-head' },
        this.back = h('button', { class: 'icon-button', type: 'button', onclick: () => this.close() }, icon('back'),
          h('span', { class: 'hidden' }, this.texts.back)), this.title), this.body);
    this.node.setAttribute('role', 'dialog');
    this.node.setAttribute('aria-labelledby', 'sheet-title');
    this.under = [];
  }

  key(event) {
    if (event.key === 'Escape' && !this.final) this.close();
  }

  show(title, body, { final = false } = {}) {
    if (this.node.hidden) this.from = this.node.getRootNode().activeElement;
    this.final = final;
    this.back.hidden = final;
    this.title.textContent = title;
    this.body.replaceChildren(...body);
    this.node.hidden = false;
    for (const part of this.under) part.inert = true;
    this.body.scrollTop = 0;
    this.title.focus();
  }

  close() {
    this.node.hidden = true;
    for (const part of this.under) part.inert = false;
    this.from?.focus?.();
  }

  menu() {
    const t = this.texts;
    const entry = (text, act, name = '') => h('li', {}, h('button', { class: `entry-button ${name}`, type: 'button',
      onclick: act }, text));
    this.show(t.more, [h('ul', { class: 'entries' }, entry(t.help, () => this.help()),
      entry(t.about, () => this.about()), entry(t.code, () => this.code()),
      entry(t.code_have, () => this.comeBack()), entry(t.delete, () => this.remove()))]);
  }

  help() {
    const t = this.texts;
    this.show(t.help, [h('p', {}, linked(t.help_intro)),
      h('ul', { class: 'help-lines' }, this.config.help.map((line) => h('li', {}, linked(line))))]);
  }

  about() {
    const t = this.texts;
    this.show(t.about, [h('ul', { class: 'about' }, t.about_lines.map((line) => h('li', {},
      fill(line, this.config.keeps)))), h('p', {}, t.exit_hint),
    h('button', { class: 'button', type: 'button', onclick: () => this.close() }, t.about_close)]);
  }

  code() {
    const t = this.texts;
    const problem = this.problem();
    const make = h('button', { class: 'button', type: 'button', onclick: async () => {
      make.disabled = true;
      try {
        const { code } = await this.act.code();
        this.show(t.code_yours, [h('p', { class: 'code' }, code), h('p', {}, t.code_note),
          h('button', { class: 'button', type: 'button', onclick: () => this.close() }, t.code_noted)]);
      } catch (error) {
        problem.say(error.answer?.text || t.failed);
        make.disabled = false;
      }
    } }, t.code_make);
    this.show(t.code, [...t.code_explain.map((line) => h('p', {}, fill(line, this.config.keeps))), problem,
      h('div', { class: 'answers' }, make)]);
  }

  comeBack() {
    const t = this.texts;
    const problem = this.problem();
    const field = h('input', { id: 'code', type: 'text', class: 'code-field', autocomplete: 'off', spellcheck: false,
      required: true });
    field.setAttribute('autocapitalize', 'none');
    const open = h('button', { class: 'button', type: 'submit' }, t.code_open);
    this.show(t.code_have, [h('form', { onsubmit: async (event) => {
      event.preventDefault();
      open.disabled = true;
      try {
        await this.act.comeBack(field.value);
        this.close();
      } catch (error) {
        problem.say(error.answer?.text || t.failed);
        open.disabled = false;
        field.focus();
      }
    } }, h('p', {}, t.code_replaces), h('label', { htmlFor: 'code' }, t.code_field), field, problem, open)]);
    field.focus();
  }

  problem() {
    const problem = h('p', { class: 'problem', hidden: true });
    problem.setAttribute('role', 'alert');
    problem.say = (text) => { problem.textContent = text; problem.hidden = false; };
    return problem;
  }

  remove() {
    const t = this.texts;
    const problem = this.problem();
    const yes = h('button', { class: 'button', type: 'button', onclick: async () => {
      yes.disabled = true;
      try {
        await this.act.remove();
      } catch {
        problem.say(t.delete_failed);
        yes.disabled = false;
      }
    } }, t.delete_yes);
    this.show(t.delete_ask, [h('p', {}, t.delete_explain), problem, h('div', { class: 'answers' }, yes,
      h('button', { class: 'button quiet', type: 'button', onclick: () => this.close() }, t.delete_no))]);
  }

  gone(why) {
    const t = this.texts;
    const told = { deleted: t.deleted, moved: t.moved }[why] || t.gone;
    this.show(why === 'moved' ? t.moved_title : t.deleted_title, [h('p', {}, told),
      h('button', { class: 'button', type: 'button', onclick: () => { this.close(); this.act.begin(); } },
        t.start_again)], { final: true });
    return told;
  }
}
