// How is a piece of the page made, without HTML in strings? Text stays text: nothing a person wrote can become markup.

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name in node && name !== 'list') node[name] = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SHAPES = {
  send: 'M4 12 20 4l-5.5 16-3-6.5z',
  close: 'M6 9l6 6 6-6',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  exit: 'M14 4h5a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1h-5M11 8l-4 4 4 4M7 12h9',
  help: 'M12 20s-7.5-4.6-7.5-10A4.3 4.3 0 0 1 12 7.4 4.3 4.3 0 0 1 19.500 10c0 5.4-7.500 10-7.500 10z',
  human: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20c.8-3.600 3.800-5.500 7.500-5.500s6.700 1.900 7.500 5.500',
  robot: 'M12 3v3M6 6h12a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2zM9 11v2M15 11v2M9.500 16h5',
  chat: 'M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z',
  down: 'M12 5v14M6 13l6 6 6-6',
  back: 'M15 5l-7 7 7 7',
};

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', `icon icon-${name}`);
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', SHAPES[name]);
  svg.append(path);
  return svg;
}

export function fill(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

// Only what can be dialled: the short numbers by name, and eight digits. "100 unge" is no telephone number.
const LINK = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])|(?<![\d.,:+])(112|114|116 ?111|(?:\+45 ?)?\d{2} ?\d{2} ?\d{2} ?\d{2})(?![\d.,:]\d|\d)/g;

export function linked(text) {
  const out = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    out.push(text.slice(from, match.index));
    const [whole, url, phone] = match;
    out.push(url
      ? h('a', { href: url, target: '_blank', rel: 'noopener noreferrer', textContent: whole.replace(/^https?:\/\//, '') })
      : h('a', { href: `tel:${phone.replace(/\s/g, '')}`, class: 'phone', textContent: phone }));
    from = match.index + whole.length;
  }
  out.push(text.slice(from));
  return out.filter((part) => part !== '');
}

export function paragraphs(text, link = true) {
  return text.split(/\n+/).filter((line) => line.trim()).map((line) => h('p', {}, link ? linked(line) : line));
}
