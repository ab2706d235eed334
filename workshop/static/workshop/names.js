// Labels controls that the templates of Django 1.11's admin and of REST framework leave unlabelled.

(function () {
  'use strict';

  const { all, language } = document.currentScript.dataset;
  if (language) document.documentElement.lang = language;

  const text = element => (element ? element.textContent.replace(/\s+/g, ' ').trim() : '');

  const isNamed = control =>
    control.ariaLabel || text(control) && control.tagName === 'BUTTON' || control.labels?.length;

  /** The text before a control: "Date:" and "Time:" before the two inputs of a date and time. */
  function textBefore(node) {
    for (let each = node.previousSibling; each; each = each.previousSibling) {
      if (each.nodeType === Node.TEXT_NODE && each.data.trim()) return each.data.trim();
    }
    return '';
  }

  /** The headers of the control's column and row. */
  function placeOf(control) {
    const cell = control.closest('td');
    if (!cell) return '';
    const heads = cell.closest('table').tHead?.rows[0].cells ?? [];
    const row = cell.parentElement.querySelector('th, .original p');
    return [text(heads[cell.cellIndex]), text(row)].filter(Boolean).join(', ');
  }

  const nameOf = control =>
    control.title || control.dataset.originalTitle // Bootstrap moves titles there
    || textBefore(control)
    || placeOf(control)
    || text(control.closest('.form-group')?.querySelector('label'))
    || text(control.closest('.selector')?.parentElement.querySelector('h2'))
    || all;

  function name() {
    document.querySelectorAll('button, select, textarea, input:not([type="hidden"])')
      .forEach((control) => {
        if (!isNamed(control)) control.setAttribute('aria-label', nameOf(control));
      });
    document.querySelectorAll('th.original:empty').forEach(head => head.setAttribute('role', 'cell'));
  }

  function start() {
    document.querySelector('[role="main"] [role="main"]')?.removeAttribute('role');
    name();
    // Inline rows and live rows come and go.
    new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
  }

  document.addEventListener('DOMContentLoaded', start);
}());
