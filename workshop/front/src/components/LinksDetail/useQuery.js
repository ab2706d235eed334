import { useCallback, useEffect, useState } from 'react';

import { addressOf, ALL, queryOf } from '../../utils/query';

/** [query, change(values)]: the query in the page's URL; a change goes back to the first page. */
export default function useQuery() {
  const [query, setQuery] = useState(() => queryOf(window.location.search));
  const change = useCallback(values => setQuery(now => ({ ...now, page: ALL.page, ...values })), []);
  useEffect(() => {
    window.history.replaceState(window.history.state, '', window.location.pathname + addressOf(query));
  }, [query]);
  return [query, change];
}
