import { getFirst, getUrl } from './api';
import { getLink, unknownUsers } from './links';
import { LINKS_API_URL, TAGS_API_URL, USERS_API_URL } from './urls';

/** The API, as the links page reads it. */
export default class Source {
  constructor({ links, users }) {
    // Users that the page itself doesn't name are hidden from it: asking for them again is in vain.
    this.askedUsers = new Set(unknownUsers(links, users));
    this.hasChoices = false;
  }

  /** All rows; of the users those that are new, where `users` lacks any. */
  async getRows(signal, users) {
    const [rows, tags] = await Promise.all([
      getUrl(LINKS_API_URL, { signal }),
      getUrl(TAGS_API_URL, { signal }),
    ]);
    const links = rows.map(row => getLink(row.id, row));
    return { links, tags, users: await this._getNewUsers(links, users, signal) };
  }

  /** Users to choose from, at the first call that gets them; a page that may not read them has those it knows. */
  async getChoices() {
    if (this.hasChoices) return [];
    this.hasChoices = true;
    try {
      return await getFirst(USERS_API_URL);
    } catch {
      this.hasChoices = false;
      return [];
    }
  }

  async _getNewUsers(links, users, signal) {
    const unknown = unknownUsers(links, users).filter(user => !this.askedUsers.has(user));
    if (unknown.length === 0) return [];
    try {
      const found = await getUrl(USERS_API_URL, { signal });
      unknown.forEach(user => this.askedUsers.add(user));
      return found;
    } catch {
      return []; // Their links are worth showing without the names.
    }
  }
}
