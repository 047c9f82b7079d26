// What happens between the visitor and the front door, from the first opening to the last word?

import { Composer } from './composer.js';
import { Connection } from './connection.js';
import { fill } from './dom.js';
import { leave, onThreeEscapes } from './exit.js';
import { Thread } from './messages.js';
import { Outbox } from './outbox.js';
import { Session } from './session.js';
import { Sheets } from './sheets.js';
import { View } from './view.js';

const BEGIN_AGAIN_MS = [1000, 3000, 8000, 15000];
const TYPING_MS = { robot: 15000, counsellor: 6000 };
const UNSENT_MS = 8000;
const LEAVES_QUEUE = '/forlad_koe';
const TO_BE_WRITTEN_ANEW = new Set(['too_long', 'empty', 'too_fast', 'unreadable']);

export class Chat {
  constructor(host, base) {
    this.host = host;
    this.config = host.config;
    this.texts = this.config.texts;
    this.session = new Session(this.config.municipality);
    this.outbox = new Outbox(this.session);
    this.last = 0;
    this.told = 0; // up to this number everything has been announced or was there before
    this.state = { state: 'robot' };
    this.thread = new Thread(this.texts, { choose: (button) => this.choose(button),
      about: (card) => this.about(card), again: (item) => this.retry(item) }, host.page ? 'h2' : 'h3');
    this.composer = new Composer(this.texts, this.config.max_characters, { send: (text) => this.send(text),
      typing: () => this.typing(), draft: (draft) => this.session.keep({ draft }) });
    this.sheets = new Sheets(this.config, { remove: () => this.remove(), begin: () => this.begin(),
      code: () => this.line.request('POST', 'conversations/current/code'), comeBack: (code) => this.comeBack(code) });
    this.view = new View(host, this.config, this, { close: () => this.close(), exit: () => this.exit(),
      human: () => this.step('human'), leave: () => this.step('leave') });
    this.line = new Connection(base, {
      after: () => this.last, outbox: () => this.outbox.all(), state: (state) => this.changed(state),
      ready: (state) => { this.changed(state); this.view.tell(''); },
      messages: (list) => this.heard(list), typing: (who) => this.wrote(who),
      ack: (id) => this.acknowledged(id), refused: (frame) => this.refused(frame), gone: (why) => this.gone(why),
      online: (on) => this.online(on) });
    this.forgetEscapes = onThreeEscapes(() => this.visible || Boolean(this.session.token), () => this.exit());
    this.back = (event) => { if (event.persisted && this.line.token !== this.session.read().token) location.reload(); };
    window.addEventListener('pageshow', this.back);
  }

  show({ focus }) {
    if (this.visible) return;
    this.visible = true;
    this.view.attach();
    this.session.keep({ open: true });
    if (!this.begun) {
      this.begun = true;
      this.composer.set(this.session.draft || this.texts.topics[this.host.getAttribute('topic')] || '');
      for (const item of this.outbox.all()) this.thread.pending(item, 'sending');
      this.begin();
    }
    this.thread.settle();
    // On a phone the field would call up the keyboard over what is to be read first.
    if (focus) (matchMedia('(pointer: coarse)').matches ? this.view.title : this.composer.field).focus();
  }

  close() {
    this.visible = false;
    this.unread = 0;
    this.view.detach();
    this.session.keep({ open: false });
    this.host.closed();
  }

  dispose() {
    this.forgetEscapes();
    window.removeEventListener('pageshow', this.back);
    this.line.end();
  }

  exit() {
    this.line.end();
    leave(this.config.quick_exit, () => this.session.forget());
  }

  async begin(attempt = 0) {
    if (this.session.token) { this.line.start(this.session.token); return; }
    this.view.tell(attempt ? this.texts.offline : this.texts.connecting);
    try {
      const opened = await this.line.open(this.config.municipality);
      this.session.keep({ token: opened.token });
      this.view.tell('');
      this.heard(opened.messages);
      this.changed(opened);
      this.line.start(opened.token);
    } catch (error) {
      if (error.answer?.text) this.view.tell(error.answer.text);
      const wait = BEGIN_AGAIN_MS[Math.min(attempt, BEGIN_AGAIN_MS.length - 1)];
      setTimeout(() => this.begin(attempt + 1), wait);
    }
  }

  heard(messages) {
    const fresh = messages.filter((message) => message.seq > this.last);
    if (!fresh.length) return;
    const first = this.last === 0;
    this.last = fresh.at(-1).seq;
    for (const message of fresh) if (message.author === 'visitor') this.outbox.drop(message.client_id);
    this.thread.add(fresh);
    if (fresh.some((message) => message.author !== 'visitor')) this.thread.writing('');
    // What was said before the page was loaded is read, not announced.
    const known = first && fresh.some((message) => message.author === 'visitor');
    if (!known) for (const message of fresh) this.announce(message);
    this.offers(fresh);
  }

  announce(message) {
    if (message.author === 'visitor' || message.seq <= this.told) return;
    this.told = message.seq;
    const who = { robot: this.texts.says_robot,
      counsellor: fill(this.texts.says_counsellor, { name: message.name || this.texts.somebody }) }[message.author];
    const cards = message.cards.map((card) => `${card.name}: ${card.why}`);
    this.view.announce([who && `${who}:`, message.text, ...cards].filter(Boolean).join(' '));
    if (!this.visible) this.host.unread(this.unread = (this.unread || 0) + 1);
  }

  // What can be tapped: what was offered since the visitor last said something.
  offers(fresh) {
    const own = fresh.findLastIndex((message) => message.author === 'visitor');
    if (own >= 0) this.tappable = [];
    for (const message of fresh.slice(own + 1)) this.tappable = [...(this.tappable || []), ...message.buttons];
    const seen = new Set();
    this.thread.offer(this.tappable.filter(({ payload }) => !seen.has(payload) && seen.add(payload)));
  }

  changed(state) {
    this.state = state;
    this.view.state(state);
    if (state.state === 'counsellor') this.nothingToTap(); // a human asks in words
  }

  nothingToTap() {
    this.thread.offer(this.tappable = []);
  }

  // Who waits is not answered by the robot, so the way out of the queue is walked here.
  choose({ title, payload }) {
    if (payload === LEAVES_QUEUE && this.state.state === 'waiting') this.step('leave');
    else this.send(title, payload);
  }

  wrote(who) {
    this.thread.writing(who === 'robot' ? this.texts.typing_robot
      : fill(this.texts.typing_counsellor, { name: this.state.name || this.texts.somebody }));
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.thread.writing(''), TYPING_MS[who] || 6000);
  }

  typing() {
    if (['waiting', 'counsellor'].includes(this.state.state)) this.line.signal('typing');
  }

  send(text, payload) {
    this.nothingToTap();
    this.retry(this.outbox.put(text, payload));
  }

  retry(item) {
    this.thread.pending(item, navigator.onLine ? 'sending' : 'unsent');
    this.line.transmit(item);
    setTimeout(() => { if (this.outbox.get(item.client_id)) this.thread.pending(item, 'unsent'); }, UNSENT_MS);
  }

  async about(card) {
    const text = fill(this.texts.card_message, { name: card.name });
    await this.step('human');
    this.send(text);
  }

  async step(name) {
    this.thread.asked = true;
    this.nothingToTap();
    try {
      await this.line.step(name);
    } catch (error) {
      this.view.tell(error.answer?.text || this.texts.offline);
    }
  }

  acknowledged(id) {
    this.outbox.drop(id);
    this.thread.waiting.get(id)?.lastChild.replaceChildren();
    this.view.tell('');
  }

  refused(frame) {
    const item = this.outbox.get(frame.client_id);
    if (!item) { this.composer.complain(frame.text); return; }
    if (!TO_BE_WRITTEN_ANEW.has(frame.reason)) { // not the visitor's fault: it stays where it is, and can go again
      this.thread.pending(item, 'unsent');
      this.view.tell(frame.text);
      return;
    }
    this.outbox.drop(item.client_id);
    this.thread.withdraw(item.client_id);
    this.composer.giveBack(item.text, `${frame.text} ${this.texts.draft_kept}`);
  }

  online(on) {
    if (on) { if (this.wasOff) this.view.tell(''); this.wasOff = false; return; }
    this.wasOff = true;
    this.view.tell(navigator.onLine ? this.texts.reconnecting : this.texts.offline);
    for (const item of this.outbox.all()) this.thread.pending(item, 'unsent');
  }

  async remove() {
    await this.line.request('DELETE', 'conversations/current').catch((error) => {
      if (error.status !== 404) throw error;
    });
    this.line.stop();
    this.gone('deleted');
  }

  // The conversation of the four words takes the place of the one that is open. Rejects when they fit none.
  async comeBack(code) {
    const opened = await this.line.request('POST', 'conversations/return', { code });
    this.line.stop();
    this.empty();
    this.session.keep({ token: opened.token });
    this.told = opened.messages.at(-1)?.seq || 0; // it was read before
    this.heard(opened.messages);
    this.changed(opened);
    this.line.start(opened.token);
  }

  empty() {
    this.session.forget();
    this.session.keep({ open: true });
    this.outbox.clear();
    this.last = this.told = 0;
    this.tappable = [];
    this.thread.clear();
    this.thread.writing('');
    this.composer.set('');
    this.view.tell('');
  }

  gone(why) {
    this.empty();
    this.changed({ state: 'robot' });
    this.view.announce(this.sheets.gone(why));
  }
}
