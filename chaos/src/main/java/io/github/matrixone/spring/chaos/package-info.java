/**
 * Kills applications, connections and servers on purpose, and looks at what is left.
 */
@NullMarked
package io.github.matrixone.spring.chaos;

import org.jspecify.annotations.NullMarked;
