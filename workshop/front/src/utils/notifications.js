const TAG = 'workshop-logins';

export const canAsk = () => 'Notification' in window && Notification.permission === 'default';

/** A system notification where the visitor allowed them. Those of one tag replace each other, so none pile up. */
export function notify(text, options = { tag: TAG }) {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  try {
    const notification = new Notification(text, options);
    notification.onclick = () => window.focus();
  } catch {
    // Chromium on Android has the constructor and throws: only service workers may notify there.
  }
}
