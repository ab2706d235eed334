const OF_INPUT_METHOD = 229;

/**
 * Whether a key pressed belongs to an input method. Safari ends a composition before it tells of the
 * key that ends it: what is left then is the code.
 */
export const isComposing = ({ nativeEvent, keyCode }) => nativeEvent.isComposing || keyCode === OF_INPUT_METHOD;
