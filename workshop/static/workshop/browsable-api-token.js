window.drf = {
  csrfHeaderName: 'X-CSRFToken',
  csrfToken: document.currentScript.dataset.csrf,
};
