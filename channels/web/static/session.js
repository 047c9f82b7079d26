// What does this tab remember, and only this tab? Nothing outlives it: no cookie, no local storage.

export class Session {
  constructor(municipality) {
    this.key = `indgang:${municipality}`;
    this.memory = {};
    this.kept = this.read();
  }

  read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key)) || {};
    } catch {
      return this.memory; // storage may be forbidden inside a frame; then the memory of the page has to do
    }
  }

  get token() { return this.kept.token || null; }
  get open() { return Boolean(this.kept.open); }
  get outbox() { return this.kept.outbox || []; }
  get draft() { return this.kept.draft || ''; }

  keep(changes) {
    this.kept = { ...this.kept, ...changes };
    this.memory = this.kept;
    try {
      sessionStorage.setItem(this.key, JSON.stringify(this.kept));
    } catch { /* as above */ }
  }

  forget() {
    this.kept = {};
    this.memory = {};
    try {
      sessionStorage.removeItem(this.key);
    } catch { /* as above */ }
  }
}

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID is missing on plain http
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
