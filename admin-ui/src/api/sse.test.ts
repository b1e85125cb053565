import { describe, expect, test } from 'vitest';
import { EventStreamParser } from './sse';

const STREAM = ': hello\n\nevent: change\nid: 7\ndata: {"revision":7,\ndata: "runs":[]}\n\nid:8\r\ndata:x\r\n\r\ndata: cut off';
const EVENTS = [
  { event: 'change', id: '7', data: '{"revision":7,\n"runs":[]}' },
  { event: 'message', id: '8', data: 'x' },
];

test('reads events, comments and any line ends; an event cut off by the end is dropped', () => {
  expect(new EventStreamParser().feed(STREAM)).toEqual(EVENTS);
});

describe('however the stream is cut into pieces', () => {
  test.each([1, 2, 3, 5, 7, 11])('of %i characters', (size) => {
    const parser = new EventStreamParser();
    const pieces = STREAM.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];

    expect(pieces.flatMap((piece) => parser.feed(piece))).toEqual(EVENTS);
  });
});
