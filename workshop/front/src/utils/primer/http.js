/** The response to a GET: { status, text, retryAfter: seconds or null }; status 0: none, or none within `limit` ms. */
export async function get(path, { signal, limit }) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, limit);
  signal.addEventListener('abort', abort);
  try {
    const response = await fetch(path, { cache: 'no-store', credentials: 'same-origin', signal: controller.signal });
    return {
      status: response.status,
      text: await response.text(),
      retryAfter: Number(response.headers.get('Retry-After')) || null,
    };
  } catch {
    return { status: 0, text: '', retryAfter: null };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
