const TEXTS = {
  en: {
    connecting: 'Connecting…',
    connected: 'Connected',
    reconnecting: 'Reconnecting…',
    linksCaption: 'Links, updated live',
    name: 'Name',
    url: 'URL',
    description: 'Description',
    tags: 'Tags',
    user: 'User',
    pending: 'Pending',
    yes: 'Yes',
    no: 'No',
    noLinks: 'There are no links yet.',
    refresh: 'Refresh',
    refreshing: 'Refreshing…',
    refreshFailed: 'The links could not be loaded. What you see may be out of date.',
    usersLabel: 'Users, updated live',
    noUsers: 'There are no users yet.',
    you: 'you',
    loggedIn: 'logged in',
    loggedOut: 'logged out',
    userLoggedIn: '{name} logged in',
    userLoggedOut: '{name} logged out',
    allowNotifications: 'Allow notifications',
    dismiss: 'Dismiss',
  },
  es: {
    connecting: 'Conectando…',
    connected: 'Conectado',
    reconnecting: 'Reconectando…',
    linksCaption: 'Enlaces, actualizados en vivo',
    name: 'Nombre',
    url: 'URL',
    description: 'Descripción',
    tags: 'Etiquetas',
    user: 'Usuario',
    pending: 'Pendiente',
    yes: 'Sí',
    no: 'No',
    noLinks: 'Todavía no hay enlaces.',
    refresh: 'Actualizar',
    refreshing: 'Actualizando…',
    refreshFailed: 'No se pudieron cargar los enlaces. Lo que ves puede estar desactualizado.',
    usersLabel: 'Usuarios, actualizados en vivo',
    noUsers: 'Todavía no hay usuarios.',
    you: 'tú',
    loggedIn: 'en línea',
    loggedOut: 'desconectado',
    userLoggedIn: '{name} inició sesión',
    userLoggedOut: '{name} cerró sesión',
    allowNotifications: 'Permitir notificaciones',
    dismiss: 'Cerrar',
  },
};

export const LANGUAGES = TEXTS;

export function t(key, values = {}) {
  const language = document.documentElement.lang.split('-')[0];
  const text = (TEXTS[language] ?? TEXTS.en)[key];
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
