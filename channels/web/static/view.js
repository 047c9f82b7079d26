// What does the panel look like, and who does it say one is talking to?

import { fill, h, icon } from './dom.js';

export class View {
  // parts: thread, composer, sheets; act: {close(), exit(), human(), leave()}
  constructor(host, config, parts, act) {
    const t = config.texts;
    Object.assign(this, { host, config, texts: t, parts, act });
    this.mark = h('span', { class: 'head-mark' });
    this.title = h(host.page ? 'h1' : 'h2', { class: 'title', id: 'title', tabIndex: -1 });
    this.sub = h('p', { class: 'sub' });
    this.said = h('div', { class: 'hidden' });
    this.said.setAttribute('aria-live', 'polite');
    this.notice = h('p', { class: 'notice', hidden: true });
    this.notice.setAttribute('role', 'status');
    this.strip = h('div', { class: 'strip' });
    const round = (name, label, onclick) => h('button', { class: 'icon-button', type: 'button', onclick },
      icon(name), h('span', { class: 'hidden' }, label));
    const logo = host.getAttribute('logo');
    const head = h('header', { class: 'head' },
      h('div', { class: 'head-row' }, logo ? h('img', { class: 'logo', src: logo, alt: '' }) : this.mark,
        h('div', { class: 'head-text' }, this.title, this.sub),
        round('more', t.more, () => parts.sheets.menu()),
        !host.page && round('close', t.close, () => act.close())),
      h('div', { class: 'tools' },
        h('button', { class: 'tool exit', type: 'button', title: t.exit_hint, onclick: () => act.exit() }, icon('exit'),
          t.exit),
        h('button', { class: 'tool', type: 'button', onclick: () => parts.sheets.help() }, icon('help'), t.help)));
    this.foot = h('div', { class: 'foot' }, this.notice, this.strip, parts.composer.node);
    parts.sheets.under = [parts.thread.node, this.foot, head.firstChild.lastChild];
    this.node = h(host.page ? 'main' : 'section', { class: `panel${host.page ? ' page' : ''}` }, head,
      h('div', { class: 'middle' }, parts.thread.node, this.foot, parts.sheets.node), this.said);
    this.node.setAttribute('aria-labelledby', 'title');
    if (!host.page) this.node.setAttribute('role', 'complementary');
    this.fit = () => this.measure();
    this.state({ state: 'robot' });
  }

  state({ state, place, name, minutes }) {
    const t = this.texts;
    this.node.dataset.state = state;
    const human = state === 'counsellor';
    this.mark.replaceChildren(icon(human ? 'human' : 'robot'));
    const title = { waiting: t.waiting_title, closed: t.closed_title,
      counsellor: name ? fill(t.human_title_named, { name }) : t.human_title }[state] || this.config.names.robot;
    const changed = this.shown && title !== this.shown;
    this.shown = this.title.textContent = title;
    const sub = { waiting: t.waiting_sub, closed: t.closed_sub,
      counsellor: this.config.names.counsellor }[state] || t.robot_sub;
    this.sub.replaceChildren(...(state === 'robot' ? [h('b', { class: 'tag' }, t.robot), ' ', sub] : [sub]));
    if (changed) this.announce(title);
    const link = (text, act) => h('button', { class: 'strip-button', type: 'button', onclick: act }, text);
    if (state === 'waiting') {
      const place_said = place === 1 ? t.waiting_next : place ? fill(t.waiting_place, { place }) : t.waiting;
      const where = `${place_said} ${minutes ? fill(t.waiting_minutes, { minutes }) : t.waiting_unknown}`;
      this.strip.replaceChildren(h('span', {}, where), link(t.waiting_leave, () => this.act.leave()));
      if (where !== this.where) this.announce(where);
      this.where = where;
    } else {
      this.where = null;
      this.strip.replaceChildren(...(human ? [] : [link([icon('human'), t.human_ask], () => this.act.human())]));
    }
    this.strip.hidden = human;
    this.strip.classList.toggle('calm', state !== 'waiting');
  }

  // Each thing once: the region is added to, never rewritten.
  announce(text) {
    this.said.append(h('p', {}, text));
    while (this.said.children.length > 12) this.said.firstChild.remove();
  }

  tell(text) {
    if ((this.notice.hidden ? '' : this.notice.textContent) === (text || '')) return;
    this.notice.textContent = text || '';
    this.notice.hidden = !text;
  }

  attach() {
    this.host.shadowRoot.append(this.node);
    this.host.toggleAttribute('open', true);
    window.visualViewport?.addEventListener('resize', this.fit);
    window.visualViewport?.addEventListener('scroll', this.fit);
    this.measure();
  }

  detach() {
    this.node.remove();
    this.host.toggleAttribute('open', false);
    window.visualViewport?.removeEventListener('resize', this.fit);
    window.visualViewport?.removeEventListener('scroll', this.fit);
  }

  // A keyboard on the screen takes half of it: the field stays above it.
  measure() {
    const seen = window.visualViewport;
    if (!seen || seen.scale > 1.05) return;
    this.node.style.setProperty('--seen', `${Math.round(seen.height)}px`);
    this.node.style.setProperty('--seen-top', `${Math.round(seen.offsetTop)}px`);
    this.node.classList.toggle('short', seen.height < 460);
    this.parts.thread.settle();
  }
}
