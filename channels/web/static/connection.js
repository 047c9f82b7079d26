// How does the page stay in touch: a socket while one can be had, else asking over HTTP?

const PING_MS = 25000;
const PATIENCE_MS = 5000; // for the socket to open, and for an answer to a ping
const SOCKET_AGAIN_MS = 60000;
const WAITS_MS = [500, 1000, 2000, 4000, 8000, 15000];

export class Connection {
  // on: {after(), ready(state), messages(list), state(state), typing(author), ack(id, seq), refused(frame), gone(why),
  //      online(bool), outbox()}
  constructor(base, on) {
    this.base = base;
    this.on = on;
    this.token = null;
    this.socket = null;
    this.live = false; // the socket has said "ready"
    this.polling = false;
    this.failures = 0;
    this.timers = new Map();
    this.wake = () => { if (document.visibilityState !== 'hidden') this.resync(); };
    this.lost = () => on.online(false);
    for (const [target, name] of this.wakers()) target.addEventListener(name, this.wake);
    window.addEventListener('offline', this.lost);
  }

  wakers() {
    return [[window, 'online'], [window, 'focus'], [window, 'pageshow'], [document, 'visibilitychange']];
  }

  async open(municipality) {
    return this.request('POST', 'conversations', { municipality });
  }

  start(token) {
    this.token = token;
    this.connect();
  }

  stop() {
    this.token = null;
    this.live = false;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.drop();
  }

  end() {
    this.stop();
    for (const [target, name] of this.wakers()) target.removeEventListener(name, this.wake);
    window.removeEventListener('offline', this.lost);
  }

  later(name, ms, act) {
    clearTimeout(this.timers.get(name));
    this.timers.set(name, setTimeout(act, ms));
  }

  cancel(name) {
    clearTimeout(this.timers.get(name));
    this.timers.delete(name);
  }

  drop() {
    const socket = this.socket;
    this.socket = null;
    this.live = false;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
      socket.close();
    }
  }

  connect() {
    if (!this.token) return;
    this.drop();
    const url = new URL('api/socket', this.base);
    url.protocol = url.protocol.replace('http', 'ws');
    let socket;
    try {
      socket = new WebSocket(url);
    } catch {
      this.failed(); // a content policy of the host may forbid it
      return;
    }
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', token: this.token, after: this.on.after() }));
    socket.onmessage = (event) => this.heard(JSON.parse(event.data));
    socket.onclose = (event) => { this.socket = null; this.closed(event.code); };
    this.later('patience', PATIENCE_MS, () => { if (!this.live) { this.drop(); this.failed(); } });
  }

  heard(frame) {
    this.cancel('patience');
    const on = this.on;
    switch (frame.type) {
      case 'ready':
        this.live = true;
        this.failures = 0;
        this.polling = false;
        this.cancel('poll');
        on.online(true);
        on.ready(frame);
        for (const item of on.outbox()) this.transmit(item);
        this.later('ping', PING_MS, () => this.ping());
        break;
      case 'messages':
        on.messages(frame.messages);
        this.signal('got', { seq: on.after() });
        break;
      case 'state': on.state(frame); break;
      case 'typing': on.typing(frame.author); break;
      case 'ack': on.ack(frame.client_id, frame.seq); break;
      case 'refused': on.refused(frame); break;
      case 'deleted':
      case 'moved': this.stop(); on.gone(frame.type); break;
      default: break; // a newer server may say more than this page knows
    }
  }

  closed(code) {
    const was = this.live;
    this.live = false;
    this.cancel('patience');
    this.cancel('ping');
    if (!this.token) return;
    if (code === 4404) { this.stop(); this.on.gone('missing'); return; }
    if (code === 4429) { this.later('again', WAITS_MS.at(-1), () => this.connect()); return; }
    if (was) this.later('again', WAITS_MS[0] * (0.5 + Math.random()), () => this.connect());
    else this.failed();
  }

  failed() {
    this.failures += 1;
    this.later('again', this.polling ? SOCKET_AGAIN_MS : WAITS_MS[Math.min(this.failures, WAITS_MS.length) - 1],
      () => this.connect());
    if (!this.polling) {
      this.polling = true;
      this.poll();
    }
  }

  ping() {
    if (!this.live) return;
    this.socket.send('{"type":"ping"}');
    this.later('patience', PATIENCE_MS, () => { this.drop(); this.on.online(false); this.connect(); });
    this.later('ping', PING_MS, () => this.ping());
  }

  // A phone that was put away may have missed everything: ask at once.
  resync() {
    if (!this.token) return;
    if (this.live) this.ping();
    else if (!this.socket) { this.failures = 0; this.connect(); }
    if (this.polling) this.poll();
  }

  async poll() {
    if (!this.token || this.live) return;
    const token = this.token;
    try {
      const found = await this.request('GET', `conversations/current?after=${this.on.after()}`);
      if (token !== this.token) return;
      this.on.online(true);
      this.on.messages(found.messages);
      this.on.state(found);
      for (const item of this.on.outbox()) await this.post(item);
    } catch (error) {
      if (token !== this.token) return;
      if (error.status === 404) { this.stop(); this.on.gone('missing'); return; }
      this.on.online(error.status !== undefined && error.status < 500);
    }
    this.later('poll', document.visibilityState === 'hidden' ? 20000 : 2500, () => this.poll());
  }

  transmit(item) {
    if (this.live) this.socket.send(JSON.stringify({ type: 'message', ...item }));
    else if (this.polling) this.post(item);
  }

  async post(item) {
    try {
      const receipt = await this.request('POST', 'conversations/current/messages', item);
      this.on.ack(item.client_id, receipt.seq);
      this.later('poll', 600, () => this.poll());
    } catch (error) {
      if (error.status >= 400) this.on.refused({ client_id: item.client_id, ...error.answer });
      else this.on.online(false);
    }
  }

  signal(type, more = {}) {
    if (this.live) this.socket.send(JSON.stringify({ type, ...more }));
  }

  async step(name) { // "human" or "leave"
    if (this.live) { this.signal(name); return; }
    this.on.state(await this.request('POST', `conversations/current/${name}`));
    this.poll();
  }

  async request(method, path, body) {
    const headers = { ...(body && { 'Content-Type': 'application/json' }),
      ...(this.token && { Authorization: `Bearer ${this.token}` }) };
    const response = await fetch(new URL(`api/${path}`, this.base), {
      method, headers, body: body && JSON.stringify(body), credentials: 'omit', cache: 'no-store',
      referrerPolicy: 'no-referrer', signal: AbortSignal.timeout?.(15000),
    });
    const answer = response.status === 204 ? null : await response.json().catch(() => ({}));
    if (!response.ok) throw Object.assign(new Error(path), { status: response.status, answer });
    return answer;
  }
}
