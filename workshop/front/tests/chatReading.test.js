import { describe, expect, it, vi } from 'vitest';

import Reading, { EVERY } from '../src/utils/chat/reading';

function made(read = null) {
  const sent = [];
  const line = { isUp: true };
  const send = frame => line.isUp && sent.push(frame.number) > 0;
  return { reading: new Reading({ read, send }), sent, line };
}

describe('the read position', () => {
  it('is reported at once, then at most every 30 seconds', () => {
    const { reading, sent } = made();
    reading.saw(3);
    reading.saw(4);
    reading.saw(5);
    expect(sent).toEqual([3]);
    vi.advanceTimersByTime(EVERY);
    expect(sent).toEqual([3, 5]);
    vi.advanceTimersByTime(10 * EVERY);
    expect(sent).toEqual([3, 5]);
  });

  it('is reported at once when the page becomes hidden', () => {
    const { reading, sent } = made();
    reading.saw(3);
    reading.saw(4);
    reading.flush();
    reading.flush();
    expect(sent).toEqual([3, 4]);
  });

  it('is not reported if the server has it, or a higher one', () => {
    const { reading, sent } = made(7);
    reading.saw(5);
    reading.saw(7);
    reading.saw(8);
    expect(sent).toEqual([8]);
    const other = made(7);
    other.reading.heard(9);
    other.reading.saw(9);
    expect(other.sent).toEqual([]);
  });

  it('is 0 in a room without messages once the visitor has been there', () => {
    const { reading, sent } = made();
    reading.saw(0);
    expect(sent).toEqual([0]);
  });

  it('is reported again over a new socket, unless the server has confirmed it', () => {
    const { reading, sent, line } = made();
    line.isUp = false;
    reading.saw(3);
    expect(sent).toEqual([]);
    line.isUp = true;
    reading.joined();
    reading.joined();
    expect(sent).toEqual([3, 3]);
    reading.heard(3);
    reading.joined();
    expect(sent).toEqual([3, 3]);
  });

  it('leaves no timer running', () => {
    const { reading } = made();
    reading.saw(3);
    reading.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
