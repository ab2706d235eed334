import { act, fireEvent, render } from '@testing-library/react';
import { vi } from 'vitest';

import Primer from '../src/containers/Primer';
import { pass, serve, SOON } from './helpers';

export const PATHS = {
  echo: '/echo/', class: '/primer/class/', streams: '/primer/streams/', binding: '/primer/values/',
  visitor: '/primer/visitor/', ordered: '/primer/ordered/', poll: '/primer/poll/', raw: '/primer/raw/',
  background: '/primer/work/', later: '/primer/later/', news: '/primer/news/',
};
const HTTP = ['poll', 'raw'];

export const ALL = { add: true, change: true, delete: true };

const exampleOf = key => ({ key, title: `The ${key}`, path: String(PATHS[key]), kind: HTTP.includes(key) ? 'http' : 'websocket' });

/** Opens the page with these panels, each in a slot as the template has them. */
export async function openPrimer(keys, props) {
  const slots = new Map(keys.map(key => {
    const slot = document.body.appendChild(document.createElement('div'));
    slot.className = 'primer-live';
    slot.dataset.example = key;
    return [key, slot];
  }));
  const view = render(<Primer examples={keys.map(exampleOf)} slots={slots} values={[]} can={ALL} login={null} admin={null} news={null} {...props} />);
  await pass(SOON);
  return view;
}

const asIs = data => data;

export const serveExample = key => serve(`ws://localhost${PATHS[key]}`, asIs);

export const slotOf = key => document.querySelector(`[data-example="${key}"]`);
export const hint = key => slotOf(key).querySelector('.hint').textContent;
export const badge = key => slotOf(key).querySelector('[role=status]')?.textContent;

/** The log's lines: ["↑", text, time]; a note is ["·", text]. */
export const log = key => [...slotOf(key).querySelectorAll('.frame')].map(line => {
  const text = selector => line.querySelector(selector)?.textContent;
  return [text('.arrow') ?? '·', text('code') ?? text('.note'), text('.took')].filter(part => part !== undefined);
});
export const frames = key => log(key).filter(([arrow]) => arrow !== '·');

const button = (key, text) => [...slotOf(key).querySelectorAll('button')].find(({ textContent }) => textContent === text);

export async function press(key, text) {
  await act(async () => button(key, text).click());
}

export const isDisabled = (key, text) => button(key, text).disabled;

export function type(key, name, value) {
  fireEvent.input(slotOf(key).querySelector(`[name="${name}"]`), { target: { value } });
}

/** Mocks IntersectionObserver. The returned function makes `element` visible and returns how many observers remain. */
export function observe() {
  const observers = new Set();
  vi.stubGlobal('IntersectionObserver', class {
    constructor(tell) {
      Object.assign(this, { tell, seen: null });
      observers.add(this);
    }

    observe(element) {
      this.seen = element;
    }

    disconnect() {
      observers.delete(this);
    }
  });
  return async element => {
    await act(async () => [...observers].forEach(({ tell, seen }) => tell([{ isIntersecting: element.contains(seen) }])));
    await pass(SOON);
    return observers.size;
  };
}
