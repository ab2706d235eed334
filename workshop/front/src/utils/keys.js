const OF_INPUT_METHOD = 229;

/**
 * Whether a key press belongs to an input method. Safari ends the composition before the keydown of the
 * key that ends it, which leaves only the key code to go by.
 */
export const isComposing = ({ nativeEvent, keyCode }) => nativeEvent.isComposing || keyCode === OF_INPUT_METHOD;
