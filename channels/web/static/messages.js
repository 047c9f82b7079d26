// How is the thread shown? Each line once, by its number; what is on its way stands below the rest.

import { fill, h, icon, linked, paragraphs } from './dom.js';

const clock = new Intl.DateTimeFormat('da-DK', { hour: '2-digit', minute: '2-digit' });

export class Thread {
  // act: {choose(button), about(card), again(item)}
  constructor(texts, act, heading) {
    this.texts = texts;
    this.act = act;
    this.heading = heading; // one level below the panel's own
    this.lines = new Map(); // number -> node
    this.waiting = new Map(); // client id -> node
    this.list = h('ol', { class: 'lines' });
    this.choices = h('div', { class: 'choices', role: 'group', hidden: true });
    this.choices.setAttribute('aria-label', texts.choices);
    this.typing = h('div', { class: 'typing', hidden: true });
    this.below = h('button', { class: 'below', type: 'button', hidden: true, onclick: () => this.toEnd() },
      texts.new_below, icon('down'));
    this.scroller = h('div', { class: 'scroller', tabIndex: 0, onscroll: () => this.scrolled() },
      this.list, this.typing, this.choices);
    this.scroller.setAttribute('role', 'region');
    this.scroller.setAttribute('aria-label', texts.about);
    this.node = h('div', { class: 'thread' }, this.scroller, this.below);
    this.last = null;
  }

  clear() {
    this.lines.clear();
    this.waiting.clear();
    this.list.replaceChildren();
    this.offer([]);
    this.last = null;
  }

  // The new lines at the end. Whoever is reading further up is not moved, unless what comes was asked for.
  add(messages) {
    const near = this.isNearEnd() || this.asked || !this.lines.size;
    this.asked = false;
    const own = messages.findLast((message) => message.author === 'visitor');
    let first = null;
    for (const message of messages) {
      if (this.lines.has(message.seq)) continue;
      this.waiting.get(message.client_id)?.remove();
      this.waiting.delete(message.client_id);
      const node = this.line(message);
      this.lines.set(message.seq, node);
      this.list.insertBefore(node, this.waiting.values().next().value || null);
      if (!first || message === own) first = node; // of a thread that is loaded again, the last turn is shown
      this.last = message;
    }
    if (!first) return;
    if (near) this.bringUp(first);
    else this.below.hidden = false;
  }

  pending(item, status) {
    let node = this.waiting.get(item.client_id);
    if (!node) {
      node = h('li', { class: 'line visitor waiting' }, h('div', { class: 'bubble' }, paragraphs(item.text, false)),
        h('div', { class: 'status' }));
      this.waiting.set(item.client_id, node);
      this.list.append(node);
      this.toEnd();
    }
    const said = status === 'sending' ? [this.texts.sending] : [this.texts.unsent, ' ',
      h('button', { class: 'link', type: 'button', onclick: () => this.act.again(item) }, this.texts.again)];
    node.lastChild.replaceChildren(...said);
    node.classList.toggle('unsent', status !== 'sending');
  }

  withdraw(clientId) {
    this.waiting.get(clientId)?.remove();
    this.waiting.delete(clientId);
  }

  line(message) {
    const who = message.author;
    const name = who === 'robot' ? this.texts.robot : message.name || this.texts.somebody;
    const follows = this.last && this.last.author === who && this.last.name === message.name;
    const time = clock.format(new Date(message.at));
    const label = who === 'robot' || who === 'counsellor'
      ? h('div', { class: 'who' }, h('span', { class: 'mark' }, icon(who === 'robot' ? 'robot' : 'human')),
        h('span', {}, name), h('time', { dateTime: message.at }, time))
      : h('div', { class: 'who hidden' }, who === 'visitor' ? this.texts.you : '', ' ', time);
    const plain = who === 'visitor';
    const node = h('li', { class: `line ${who}${follows ? ' follows' : ''}` }, label,
      message.text && h('div', { class: 'bubble' }, paragraphs(message.text, !plain)));
    if (message.cards.length) node.append(this.cards(message.cards));
    return node;
  }

  cards(cards) {
    const title = cards.length === 1 ? this.texts.offers_one : fill(this.texts.offers_many, { n: cards.length });
    const list = h('ul', { class: 'cards' }, cards.map((card) => h('li', {}, this.card(card))));
    list.setAttribute('aria-label', title);
    return list;
  }

  card(card) {
    const t = this.texts;
    const part = (title, text, name) => text && h('div', { class: `part ${name}` }, h('dt', {}, title),
      h('dd', {}, linked(text)));
    return h('article', { class: 'card' },
      h('header', {}, h(this.heading, { class: 'name' }, card.name), card.organisation && h('p', { class: 'organisation' }, card.organisation),
        card.open_now === true && h('p', { class: 'open' }, t.card_open)),
      h('dl', {}, part(t.card_who, card.for_whom, 'for'), part(t.card_why, card.why, 'why'),
        part(t.card_next, card.next_step, 'next'), part(t.card_reach, card.reach, 'reach')),
      card.link ? this.cardLink(card) : h('button', { class: 'button', type: 'button', onclick: () => this.act.about(card) },
        t.card_button, h('span', { class: 'hidden' }, `: ${card.name}`)));
  }

  // A page of our own: the letterbox, or a letter in it. In a window of its own, so that the chat stays.
  cardLink(card) {
    return h('a', { class: 'button', href: new URL(`../../../${card.link.slice(1)}`, import.meta.url).href, target: '_blank',
      rel: 'noopener' }, card.link_text || this.texts.card_letterbox, h('span', { class: 'hidden' }, `: ${card.name}`));
  }

  // The answers that can be tapped now; older ones are gone.
  offer(buttons) {
    this.choices.hidden = !buttons.length;
    this.choices.replaceChildren(...buttons.map((button) => h('button', {
      class: 'chip', type: 'button', onclick: () => this.act.choose(button) }, button.title)));
    if (this.isNearEnd(160)) this.settle();
  }

  writing(text) {
    this.typing.hidden = !text;
    this.typing.replaceChildren(...(text
      ? [h('span', { class: 'dots', ariaHidden: 'true' }, h('i'), h('i'), h('i')), h('span', {}, text)] : []));
    if (text && this.isNearEnd(160)) this.toEnd();
  }

  isNearEnd(most = 96) {
    const s = this.scroller;
    return s.scrollHeight - s.scrollTop - s.clientHeight < most;
  }

  // So far down that the first new line can be read from its beginning.
  bringUp(node) {
    this.anchor = node;
    this.settle();
  }

  settle() {
    const s = this.scroller;
    const end = s.scrollHeight - s.clientHeight;
    s.scrollTop = this.anchor?.isConnected ? Math.min(end, this.anchor.offsetTop - 12) : end;
  }

  toEnd() {
    this.anchor = null;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.below.hidden = true;
  }

  scrolled() {
    if (this.isNearEnd()) this.below.hidden = true;
  }
}
