/**
 * The view state of a room's page: { room, hasJoined, isStuck, below, looked, mark }.
 *
 * `isStuck`: the log is scrolled to its end. `below` and `looked`: the number of arrivals when the end of the
 * log, or the page, was last visible. `mark`: the number after which messages are new to the visitor, or null.
 */
import { lastNumber } from './log';

/** `read`: the visitor's previous read position, or null where they have never been. */
export function firstView({ room, read }) {
  const isNew = ({ number, user }) => read !== null && number > read && user !== room.me;
  const mark = room.log.messages.some(isNew) ? read : null;
  return { room, hasJoined: false, isStuck: mark === null, below: 0, looked: 0, mark };
}

/** Messages that arrive while the page is hidden are new on return, if the log was scrolled to its end. */
const hidden = view => ({ ...view, mark: view.isStuck ? lastNumber(view.room.log) : view.mark });

const back = view => ({
  ...view, looked: view.room.log.arrivals, mark: view.mark === lastNumber(view.room.log) ? null : view.mark,
});

const EVENTS = {
  room: (view, { room, isHidden }) => ({
    ...view,
    room,
    hasJoined: view.hasJoined || room.joined,
    below: view.isStuck ? room.log.arrivals : view.below,
    looked: isHidden ? view.looked : room.log.arrivals,
  }),
  looked: (view, { isHidden }) => (isHidden ? hidden(view) : back(view)),
  said: view => ({ ...view, isStuck: true, below: view.room.log.arrivals, mark: null }),
  stuck: (view, { isStuck }) => ({ ...view, isStuck, below: view.room.log.arrivals }),
};

export const viewed = (view, event) => EVENTS[event.type](view, event);
