/** This page's version; must match PAGE_VERSION in workshop/settings.py. Increment both with changes that older pages can't handle. */
export const VERSION = 1;

/** Whether a server of this version has newer pages. During a deploy it may also be an older one. */
export const isOutdated = version => Number.isSafeInteger(version) && version > VERSION;
