/** What this page was built for: one more with each change that it wouldn't have understood, as PAGE_VERSION in workshop/settings.py. */
export const VERSION = 1;

/** Whether a server that tells this version has newer pages. During a deploy it may have older ones, too. */
export const isOutdated = version => Number.isSafeInteger(version) && version > VERSION;
