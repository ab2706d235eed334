import { getFirst, getUrl } from './api';
import { getLink, unknownUsers } from './links';
import { LINKS_API_URL, TAGS_API_URL, USERS_API_URL } from './urls';

/** The links page's access to the API. */
export default class Source {
  constructor({ links, users }) {
    // Users missing from the page itself are hidden from it; requesting them is pointless.
    this.askedUsers = new Set(unknownUsers(links, users));
    this.hasChoices = false;
  }

  /** All rows; of the users only new ones, and only if `users` lacks any. */
  async getRows(signal, users) {
    const [rows, tags] = await Promise.all([
      getUrl(LINKS_API_URL, { signal }),
      getUrl(TAGS_API_URL, { signal }),
    ]);
    const links = rows.map(row => getLink(row.id, row));
    return { links, tags, users: await this._getNewUsers(links, users, signal) };
  }

  /** The users to choose from: fetched once, empty from then on or if they can't be read. */
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
      return []; // Links are worth showing without the users' names.
    }
  }
}
